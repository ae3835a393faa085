/** Whether a text of the flow reads `$name`. */
export const isRead = (name: string, flow: unknown): boolean =>
  new RegExp(`\\$${name}(?!\\w)`).test(JSON.stringify(flow) ?? '');
