export const nowTexts = {
  'now.title': ['Now', 'Jetzt'],
} as const;
