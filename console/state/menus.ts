/** Menus are `<details class="menu">`: the browser opens them; a click elsewhere or Esc closes them. */
export function closeMenus(): void {
  const open = (): HTMLDetailsElement[] => [
    ...document.querySelectorAll<HTMLDetailsElement>('details.menu[open], details.bar-more[open]'),
  ];
  document.addEventListener('click', ({ target }) => {
    for (const menu of open()) if (!menu.contains(target as Node)) menu.open = false;
  });
  // Before the keys of the page: what lies on top closes first.
  document.addEventListener(
    'keydown',
    (event) => {
      const [menu] = open();
      if (event.key !== 'Escape' || !menu) return;
      event.preventDefault();
      menu.open = false;
      menu.querySelector('summary')?.focus();
    },
    true,
  );
}
