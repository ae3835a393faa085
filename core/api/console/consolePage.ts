/** The one page of the console: it loads the modules, which draw all else. No data is in it. */

/** Nothing runs, is shown or asked that this hub does not serve itself. */
const policy: Readonly<Record<string, string>> = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data: blob:",
  'media-src': "'self' blob:",
  'connect-src': "'self'",
  'worker-src': "'self'",
  'manifest-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'self'",
  'frame-ancestors': "'none'",
};

/** Reading barcodes is WebAssembly: allowed where that is done, and nowhere else. */
const isOfScan = (path: string): boolean => /^(?:scan(?:\/|$)|[0-9a-f]{16}\/scan\/)/.test(path);

/** `path` behind `/console/`. */
export function contentPolicy(path: string): string {
  const scripts = isOfScan(path) ? "'self' 'wasm-unsafe-eval'" : "'self'";
  const all = { ...policy, 'script-src': scripts };
  return Object.entries(all)
    .map((rule) => rule.join(' '))
    .join('; ');
}

export function consolePage(hash: string, preloaded: readonly string[]): string {
  const base = `/console/${hash}/`;
  const preloads = preloaded.map((path) => `<link rel="modulepreload" href="${base}${path}">`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<title>Stockbus</title>
<link rel="icon" href="${base}icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${base}style.css">
<script src="${base}earlyTheme.js"></script>
${preloads.join('\n')}
<script type="module" src="${base}main.js"></script>
</head>
<body><div id="console"></div><noscript>The console needs JavaScript. All that it shows is in the API, too.</noscript></body>
</html>
`;
}
