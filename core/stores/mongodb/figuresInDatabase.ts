import { figuresOf } from '../../figuresOf.ts';
import { newestFirst } from '../../newestFirst.ts';
import type {
  AcceptedPayload,
  FigureBooks,
  FlowFigures,
  SinkFigures,
  SinkHour,
} from '../../ports.ts';
import { firstIdOf } from '../../runtime.ts';
import type { Collections } from './Collections.ts';

const WITHOUT_KEY = { projection: { _id: 0 } };

export const figuresInDatabase = ({ payloads, batches, deliveries }: Collections): FigureBooks => ({
  lastAccepted: (page) =>
    newestFirst(page, ({ until, skip, limit }) => {
      const asked = until === undefined ? {} : { at: { $lte: until } };
      const found = payloads.find<AcceptedPayload>(asked, WITHOUT_KEY).sort({ at: -1 });
      return found.skip(skip).limit(limit).toArray();
    }),

  async figuresSince(since) {
    const [taken, booked, sinks] = await Promise.all([
      payloads.aggregate(countedBy('flow', { at: { $gte: since } }, TAKEN)).toArray(),
      batches
        .aggregate(
          countedBy(
            'flow',
            { intakeId: { $gte: firstIdOf(Date.parse(since)) }, recordedAt: { $gte: since } },
            BOOKED,
          ),
        )
        .toArray(),
      deliveries.aggregate(countedBy('sink', { at: { $gte: since } }, SENT)).toArray(),
    ]);
    const flows = figuresOf(taken.map(counted<FlowFigures>), booked.map(counted<FlowFigures>));
    return { flows, sinks: sinks.map(counted<SinkFigures>) };
  },

  async callsByHour(since, before) {
    const rows = await deliveries.aggregate(CALLED(since, before)).toArray();
    return rows.map(counted<SinkHour>);
  },
});

const sumOf = (field: string) => ({ $sum: `$${field}` });
const TAKEN = {
  ...{ payloads: { $sum: 1 }, records: sumOf('records') },
  ...{ messages: sumOf('messages'), parked: sumOf('parked') },
};
const BOOKED = { booked: sumOf('booked'), exists: sumOf('exists'), refused: sumOf('parked') };
const took = { $eq: ['$code', ''] };
const SENT = {
  delivered: { $sum: { $cond: [took, '$records', 0] } },
  failed: { $sum: { $cond: [took, 0, 1] } },
};

const CALLED = (since: string, before: string): object[] => [
  { $match: { at: { $gte: since, $lt: before } } },
  {
    $group: {
      _id: { sink: '$sink', hour: { $substrBytes: ['$at', 0, 13] } },
      took: { $sum: { $cond: [took, 1, 0] } },
      failed: { $sum: { $cond: [took, 0, 1] } },
    },
  },
  { $project: { _id: 0, sink: '$_id.sink', hour: '$_id.hour', took: 1, failed: 1 } },
];

const countedBy = (name: string, of: object, counts: object): object[] => [
  { $match: of },
  { $group: { _id: `$${name}`, ...counts } },
  {
    $project: {
      _id: 0,
      [name]: '$_id',
      ...Object.fromEntries(Object.keys(counts).map((one) => [one, 1])),
    },
  },
];

/** Sums may come as what holds 64 bits. */
const counted = <Figures>(row: object): Figures =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : Number(value),
    ]),
  ) as Figures;
