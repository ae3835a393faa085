import assert from 'node:assert/strict';
import { prometheusMetrics } from '../../../core/api/metrics.ts';
import { metricNames } from '../../../core/metricNames.ts';

describe('Prometheus metrics', () => {
  it('count, set and observe, each with its labels', async () => {
    const { metrics, text } = prometheusMetrics();
    metrics.count('stockbus_intake_records_total', 2, { flow: 'a' });
    metrics.count('stockbus_intake_records_total', 3, { flow: 'a' });
    metrics.gauge('stockbus_stage_put_off', 7, { stage: 'orders/await-x' });
    metrics.observe('stockbus_webhook_seconds', 0.004, { connector: 'shop' });
    const lines = (await text()).split('\n');
    assert.ok(lines.includes('stockbus_intake_records_total{flow="a"} 5'));
    assert.ok(lines.includes('stockbus_stage_put_off{stage="orders/await-x"} 7'));
    assert.ok(lines.includes('stockbus_webhook_seconds_bucket{le="0.005",connector="shop"} 1'));
    assert.ok(lines.includes('stockbus_webhook_seconds_bucket{le="0.0025",connector="shop"} 0'));
  });

  it('have the labels of the table, whatever is given', async () => {
    const { metrics, text } = prometheusMetrics();
    metrics.count('stockbus_intake_records_total', 1, { flow: 'a' });
    metrics.count('stockbus_intake_records_total', 1, { flow: 'a', extra: 'b' });
    metrics.count('stockbus_intake_records_total', 1);
    assert.match(
      await text(),
      /stockbus_intake_records_total\{flow="a"\} 2\nstockbus_intake_records_total\{flow=""\} 1/,
    );
  });

  it('are described as the table does; counters begin at 0, gauges say nothing before they are measured', async () => {
    const said = await prometheusMetrics().text();
    const { help } = metricNames.stockbus_commits_total;
    assert.ok(said.includes(`# HELP stockbus_commits_total ${help}\n`));
    assert.match(said, /^stockbus_commits_total 0$/m);
    assert.doesNotMatch(said, /stockbus_outbox_held_records/);
  });

  it('keep two hubs in one process apart', async () => {
    const [one, other] = [prometheusMetrics(), prometheusMetrics()];
    one.metrics.count('stockbus_commits_total');
    assert.match(await other.text(), /^stockbus_commits_total 0$/m);
  });
});
