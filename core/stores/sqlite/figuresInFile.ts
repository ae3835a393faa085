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
import { Conditions, fieldsOf } from './Statements.ts';
import type { StoreFile } from './StoreFile.ts';

const TAKEN = `SELECT flow, count(*) AS payloads, sum(records) AS records, sum(messages) AS messages,
  sum(parked) AS parked FROM payloads WHERE at >= ? GROUP BY flow`;
/** By their intakes, whose ids begin with their time; of ids of another kind only what is new. */
const BOOKED = `SELECT flow, sum(booked) AS booked, sum(existing) AS "exists", sum(parked) AS refused
  FROM applied_batches WHERE intake_id >= ? AND recorded_at >= ? GROUP BY flow`;
const SENT = `SELECT sink, sum(iif(code = '', records, 0)) AS delivered, sum(code <> '') AS failed
  FROM deliveries WHERE at >= ? GROUP BY sink`;
const CALLED = `SELECT sink, substr(at, 1, 13) AS hour, sum(code = '') AS took, sum(code <> '') AS failed
  FROM deliveries WHERE at >= ? AND at < ? GROUP BY sink, hour`;

export const figuresInFile = (file: StoreFile): FigureBooks => ({
  lastAccepted: (page) =>
    newestFirst(page, ({ until, skip, limit }) => {
      const where = new Conditions().add('at <= ?', until);
      const sql = `SELECT * FROM payloads WHERE ${where} ORDER BY at DESC LIMIT ? OFFSET ?`;
      return file.read((statements) =>
        statements
          .all(sql, [...where.values, limit, skip])
          .map((row) => fieldsOf<AcceptedPayload>(row)),
      );
    }),

  async figuresSince(since) {
    const first = firstIdOf(Date.parse(since));
    return file.read((statements) => ({
      flows: figuresOf(
        statements.rows<FlowFigures>(TAKEN, [since]),
        statements.rows<FlowFigures>(BOOKED, [first, since]),
      ),
      sinks: statements.rows<SinkFigures>(SENT, [since]),
    }));
  },

  callsByHour: async (since, before) =>
    file.read((statements) => statements.rows<SinkHour>(CALLED, [since, before])),
});
