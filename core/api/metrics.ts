/** The hub's metrics, kept by prom-client in a registry of their own. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Metrics } from '../runtime.ts';

export interface PrometheusMetrics {
  metrics: Metrics;
  /** Text exposition format 0.0.4, the metrics of the process included. */
  text(): Promise<string>;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const BYTES = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
const COUNTS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

type Labels = Record<string, string>;

/** A kind of metric, made at its first use; its labels are those of that use. */
class Family<Kind> {
  readonly #make: (name: string, labelNames: string[]) => Kind;
  readonly #made = new Map<string, { kind: Kind; labelNames: string[] }>();

  constructor(make: (name: string, labelNames: string[]) => Kind) {
    this.#make = make;
  }

  /** With the labels that the metric has: a label too many must not stop the work it is about. */
  use(name: string, labels: Labels): { kind: Kind; labels: Labels } {
    let made = this.#made.get(name);
    if (!made) {
      const labelNames = Object.keys(labels);
      made = { kind: this.#make(name, labelNames), labelNames };
      this.#made.set(name, made);
    }
    const known = made.labelNames.map((label) => [label, labels[label] ?? '']);
    return { kind: made.kind, labels: Object.fromEntries(known) };
  }
}

export function prometheusMetrics(): PrometheusMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const counters = new Family(
    (name, labelNames) => new Counter({ name, help: helpOf(name), labelNames, registers }),
  );
  const gauges = new Family(
    (name, labelNames) => new Gauge({ name, help: helpOf(name), labelNames, registers }),
  );
  const histograms = new Family((name, labelNames) => {
    const buckets = bucketsOf(name);
    return new Histogram({ name, help: helpOf(name), labelNames, buckets, registers });
  });
  const metrics: Metrics = {
    count(name, by = 1, given = {}) {
      const { kind, labels } = counters.use(name, given);
      kind.inc(labels, by);
    },
    gauge(name, value, given = {}) {
      const { kind, labels } = gauges.use(name, given);
      kind.set(labels, value);
    },
    observe(name, value, given = {}) {
      const { kind, labels } = histograms.use(name, given);
      kind.observe(labels, value);
    },
  };
  return { metrics, text: () => registry.metrics() };
}

/** `stockbus_commit_seconds` → `commit seconds` */
const helpOf = (name: string): string =>
  name
    .replace(/^stockbus_/, '')
    .replace(/_total$/, '')
    .replaceAll('_', ' ');

function bucketsOf(name: string): number[] {
  if (name.endsWith('_seconds')) return SECONDS;
  return name.endsWith('_bytes') ? BYTES : COUNTS;
}
