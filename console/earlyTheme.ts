// A script, not a module: it runs before the first paint, so that no page is light for a moment and then dark.
{
  const chosen = localStorage.getItem('stockbus.theme');
  if (chosen) document.documentElement.dataset.theme = chosen;
}
