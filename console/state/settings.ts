/** What one person chose in this browser. */
import { Store } from './Store.ts';

export interface Settings {
  language: 'en' | 'de';
  theme: 'system' | 'light' | 'dark';
  /** Single letters as keys; who dictates may want none (WCAG 2.1.4). */
  keys: boolean;
}

const stored = (name: string): string | null => localStorage.getItem(`stockbus.${name}`);

const theme = stored('theme');
export const settings = new Store<Settings>({
  language: (stored('language') ?? navigator.language).startsWith('de') ? 'de' : 'en',
  theme: theme === 'light' || theme === 'dark' ? theme : 'system',
  keys: stored('keys') !== 'off',
});

export function choose(changes: Partial<Settings>): void {
  const next = { ...settings.value, ...changes };
  localStorage.setItem('stockbus.language', next.language);
  localStorage.setItem('stockbus.keys', next.keys ? 'on' : 'off');
  if (next.theme === 'system') localStorage.removeItem('stockbus.theme');
  else localStorage.setItem('stockbus.theme', next.theme);
  settings.set(next);
  showSettings();
}

export function showSettings(): void {
  const { language, theme } = settings.value;
  const root = document.documentElement;
  root.lang = language;
  if (theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = theme;
}
