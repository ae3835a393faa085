/** The rows of the GS1 Barcode Syntax Dictionary as core/flow/gs1/aiTable.ts reads them. */
export const aiRowsOf = (dictionary: string): string[] =>
  dictionary
    .split('\n')
    .filter((line) => /^\d/.test(line))
    .map((line) => {
      const [, left = line, title = ''] = /^([^#]*)#(.*)$/.exec(line) ?? [];
      const [numbers = '', ...words] = left.trim().split(/\s+/);
      const kept = words.flatMap((word) => {
        if (/^(req|ex)=/.test(word)) return [];
        if (/^[*?]+$/.test(word)) return word.includes('*') ? ['*'] : [];
        return [word.replace(/,gcppos\d/, '')];
      });
      return [numbers, ...kept, ...(title === '' ? [] : ['#', title.trim()])].join(' ');
    });
