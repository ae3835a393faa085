import { html } from 'htm/preact';

/** One stroke of 1.5 on a field of 16: drawn here, so that no font and no picture is loaded. */
const paths = {
  now: 'M4 11V7a4 4 0 0 1 8 0v4l1 1.5H3zM6.8 14.3h2.4',
  flows: 'M2 4h3a3 3 0 0 1 3 3v2a3 3 0 0 0 3 3h3M11.5 9.5 14 12l-2.5 2.5M2 12h3',
  parked: 'M3 2.5h10v11H3zM6 11V5h2.5a2 2 0 0 1 0 4H6',
  delivery: 'M2 8h9M8 4.5 11.5 8 8 11.5M14 3v10',
  stock: 'M2 5.5 8 2.5l6 3v5l-6 3-6-3zM2 5.5l6 3 6-3M8 8.5v5',
  value: 'M2.5 13.5h11M4.5 11V8M8 11V4M11.5 11V6',
  plan: 'M2.5 12.5 6 8l3 2.5 4.5-6M10.5 4.5h3v3',
  reports: 'M4 2h5.5L12 4.5V14H4zM6.5 7.5h3M6.5 10.5h3',
  scan: 'M2 5V3h2.5M11.5 3H14v2M14 11v2h-2.5M4.5 13H2v-2M5 5.5v5M8 5.5v5M11 5.5v5',
  health: 'M1.5 8.5h3l2-5 3 9 2-4h3',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zM10.7 10.7 14 14',
  me: 'M8 8a2.75 2.75 0 1 0 0-5.5A2.75 2.75 0 0 0 8 8zM2.5 14a5.5 5.5 0 0 1 11 0',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  close: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  export: 'M8 2.5v7M5 6.5l3 3 3-3M2.5 11v2.5h11V11',
  check: 'M3 8.5 6.5 12 13 4.5',
  bad: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 5v3.5M8 11h.01',
  warn: 'M8 2.5 14 13.5H2zM8 6.5V10M8 11.8h.01',
  info: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 7.5V11M8 5h.01',
  wait: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 5v3l2 1.5',
  file: 'M4 2h5.5L12 4.5V14H4zM9 2v3h3',
  map: 'M2 4.5h5M2 8h3M2 11.5h5M9 8h5M11.5 5.5 14 8l-2.5 2.5',
  book: 'M3 2.5h8.5a1.5 1.5 0 0 1 1.5 1.5v9.5H4.5A1.5 1.5 0 0 1 3 12zM3 12a1.5 1.5 0 0 1 1.5-1.5H13',
  event: 'M9 1.5 3.5 9H8l-1 5.5L12.5 7H8z',
  filter: 'M2 3.5h12L9.5 9v4.5l-3-1.5V9z',
  down: 'M4 6l4 4 4-4',
  left: 'M10 4 6 8l4 4',
  right: 'M6 4l4 4-4 4',
  link: 'M6.5 9.5l3-3M7 4.5 9 2.8a3 3 0 0 1 4.2 4.2L11.5 9M9 11.500l-2 1.700A3 3 0 0 1 2.8 9L4.5 7',
  pause: 'M5.5 3.500v9M10.5 3.500v9',
  play: 'M4.5 3v10l8-5z',
  edit: 'M3 13l.7-3L10.5 3.200l2.3 2.300L6 12.300z',
  person: 'M8 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM3.5 13.500a4.5 4.5 0 0 1 9 0',
  lock: 'M4 7.500h8v6H4zM5.5 7.500v-2a2.5 2.5 0 0 1 5 0v2',
} as const;

export type IconName = keyof typeof paths;

/** Beside words it is decoration; one that stands alone is named by the button around it. */
export function Icon({ name, tone }: { name: IconName; tone?: string | undefined }) {
  const tones = tone ? ` tone-${tone}` : '';
  return html`<svg class=${`icon${tones}`} viewBox="0 0 16 16" aria-hidden="true"><path d=${paths[name]} /></svg>`;
}
