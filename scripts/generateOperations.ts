/** docs/operations/: the metrics and the log events, each from its one table. */
import { type LogEventSpec, logEvents } from '../core/logEvents.ts';
import { type MetricSpec, metricNames } from '../core/metricNames.ts';

export function generateMetrics(): string {
  const rows = Object.entries(metricNames).map(([name, spec]: [string, MetricSpec]) => {
    const { kind, unit, help, labels, alarm = '' } = spec;
    const shown = labels.map((label) => `\`${label}\``).join(' ');
    return `| \`${name}\` | ${kind} | ${unit} | ${shown} | ${cell(help)} | ${cell(alarm)} |`;
  });
  return `# Metrics

Generated from \`core/metricNames.ts\` by \`npm run gen\`. \`GET /metrics\` has them in the text format of Prometheus,
beside those of the process (\`process_*\`, \`nodejs_*\`). Counters begin at 0 with the process; gauges are missing until
they were measured. What lies in broker and store (queues, dead letters, outbox, parked, stages) is measured every 15 seconds,
by each process that answers HTTP. "Alarm" says when somebody should look, [docs/operations.md](../operations.md) what to do then.

| name | kind | unit | labels | what it is | alarm |
|---|---|---|---|---|---|
${rows.join('\n')}
`;
}

export function generateLogEvents(): string {
  const rows = Object.entries(logEvents).map(([name, spec]: [string, LogEventSpec]) => {
    const { level, fields, lasts, meaning, todo = '' } = spec;
    const levels = [level].flat().join(', ');
    return `| \`${name}\` | ${levels} | ${cell(meaning)} | ${cell(todo)} | ${fields.join(', ')}${lasts ? ', more' : ''} |`;
  });
  return `# What the log says

Generated from \`core/logEvents.ts\` by \`npm run gen\`. A line is one object of JSON (\`STOCKBUS_LOG_FORMAT=json\`, the default where no
terminal looks) with \`time\`, \`level\`, \`event\` and the fields below; \`code\` is one of [errors.md](../errors.md).
\`STOCKBUS_LOG\` is the least level that is written: debug, info (the default), warn or error. No line has
the content of a payload. A name is never used again for something else. What lasts is written once a minute for each place and code: \`more\`
says how often it came since the line before.

| event | level | what it means | what to do | fields |
|---|---|---|---|---|
${rows.join('\n')}
`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|');
