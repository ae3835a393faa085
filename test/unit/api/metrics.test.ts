import assert from 'node:assert/strict';
import { prometheusMetrics } from '../../../core/api/metrics.ts';

describe('Prometheus metrics', () => {
  it('counts, sets and observes, each with its labels', async () => {
    const { metrics, text } = prometheusMetrics();
    metrics.count('stockbus_rows_total', 2, { flow: 'a' });
    metrics.count('stockbus_rows_total', 3, { flow: 'a' });
    metrics.gauge('stockbus_queue_messages', 7);
    metrics.observe('stockbus_commit_seconds', 0.004);
    const lines = (await text()).split('\n');
    assert.ok(lines.includes('stockbus_rows_total{flow="a"} 5'));
    assert.ok(lines.includes('stockbus_queue_messages 7'));
    assert.ok(lines.includes('stockbus_commit_seconds_bucket{le="0.005"} 1'));
    assert.ok(lines.includes('stockbus_commit_seconds_bucket{le="0.0025"} 0'));
  });

  it('never throws for labels that differ from call to call', async () => {
    const { metrics, text } = prometheusMetrics();
    metrics.count('stockbus_rows_total', 1, { flow: 'a' });
    metrics.count('stockbus_rows_total', 1, { flow: 'a', extra: 'b' });
    metrics.count('stockbus_rows_total', 1);
    assert.match(
      await text(),
      /stockbus_rows_total\{flow="a"\} 2\nstockbus_rows_total\{flow=""\} 1/,
    );
  });

  it('keeps two hubs in one process apart', async () => {
    const [one, other] = [prometheusMetrics(), prometheusMetrics()];
    one.metrics.count('stockbus_rows_total');
    assert.doesNotMatch(await other.text(), /stockbus_rows_total/);
  });
});
