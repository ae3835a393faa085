/** An expression as YAML takes it for one text. */
export const yamlText = (text: string): string =>
  /: | #|^[`@"'&*!|>%[{]|[:#]$/.test(text) ? `'${text.replaceAll("'", "''")}'` : text;
