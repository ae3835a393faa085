/** The hub's metrics, kept by prom-client in a registry of their own: those of core/metricNames.ts. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import {
  type CounterName,
  type GaugeName,
  type HistogramName,
  type MetricName,
  type MetricSpec,
  metricNames,
} from '../metricNames.ts';
import type { Metrics } from '../runtime.ts';

export interface PrometheusMetrics {
  metrics: Metrics;
  /** Text exposition format 0.0.4, the metrics of the process included. */
  text(): Promise<string>;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const COUNTS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

type Labels = Record<string, string>;

interface About<Name> {
  name: Name;
  help: string;
  labelNames: string[];
}

/** Metrics of one kind, made of the table. */
class Family<Name extends MetricName, Kind> {
  readonly #make: (about: About<Name>) => Kind;
  readonly #made = new Map<Name, Kind>();

  constructor(make: (about: About<Name>) => Kind) {
    this.#make = make;
  }

  of(name: Name): Kind {
    const made = this.#made.get(name);
    if (made !== undefined) return made;
    const { help, labels }: MetricSpec = metricNames[name];
    const kind = this.#make({ name, help, labelNames: [...labels] });
    this.#made.set(name, kind);
    return kind;
  }
}

/** Those that the metric has: a label too many must not stop the work it is about. */
function labelsOf(name: MetricName, given: Labels): Labels {
  const { labels }: MetricSpec = metricNames[name];
  return Object.fromEntries(labels.map((label) => [label, given[label] ?? '']));
}

export function prometheusMetrics(): PrometheusMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const counters = new Family((about: About<CounterName>) => new Counter({ ...about, registers }));
  const gauges = new Family((about: About<GaugeName>) => new Gauge({ ...about, registers }));
  const histograms = new Family((about: About<HistogramName>) => {
    const buckets = about.name.endsWith('_seconds') ? SECONDS : COUNTS;
    return new Histogram({ ...about, buckets, registers });
  });
  // Whoever watches for growth must see where it began; of a gauge nothing is said before it was measured.
  for (const [name, { kind }] of Object.entries(metricNames)) {
    if (kind === 'counter') counters.of(name as CounterName);
  }
  const metrics: Metrics = {
    count: (name, by = 1, given = {}) => counters.of(name).inc(labelsOf(name, given), by),
    gauge: (name, value, given = {}) => gauges.of(name).set(labelsOf(name, given), value),
    observe: (name, value, given = {}) => histograms.of(name).observe(labelsOf(name, given), value),
  };
  return { metrics, text: () => registry.metrics() };
}
