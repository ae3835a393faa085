/** Whether a text reads `$name`, and not only a name that begins like it. */
export const readsVariable = (name: string, text: string): boolean =>
  new RegExp(`\\$${name.replaceAll('$', '\\$')}(?!\\w)`).test(text);
