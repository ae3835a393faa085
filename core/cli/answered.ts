/** Messages about reservations that booked nothing: what they were answered, and of which reservation. */
import { type Answered, answersIn } from '../apply/answersIn.ts';
import { limits } from '../limits.ts';
import { type Command, type CommandBatch, commandsOf, textOfBody } from '../message.ts';
import type { Books, Broker, BrokerMessage } from '../ports.ts';
import { isAboutReservation } from '../stock/reservations/contract.ts';

/** A message of a payload about a reservation. */
export interface Asked {
  reservation: string;
  source: string;
  messageId: string;
}

/** A broker that only takes down what is asked of reservations; nothing else of one is used for that. */
export class AskedReservations implements Pick<Broker, 'publish'> {
  readonly asked: Asked[] = [];

  async publish(messages: readonly BrokerMessage[]): Promise<void> {
    for (const { to, body } of messages) {
      if (!('queue' in to) || !to.queue.startsWith('stock.commands.')) continue;
      const { parts } = JSON.parse(textOfBody(body)) as CommandBatch;
      for (const part of parts) this.asked.push(...askedOf(commandsOf(part)));
    }
  }
}

const askedOf = (commands: readonly Command[]): Asked[] =>
  commands
    .filter(({ type }) => isAboutReservation(type))
    .map(({ source, id, data }) => {
      const { reservation } = data as { reservation: string };
      return { reservation, source, messageId: id };
    });

/** What the books answered these, without those that booked something or were known already. */
export async function answersTo(store: Books, asked: readonly Asked[]): Promise<Answered[]> {
  const all: Answered[] = [];
  for (let first = 0; first < asked.length; first += limits.pageRows) {
    const some = asked.slice(first, first + limits.pageRows);
    const ids = [...new Set(some.map(({ reservation }) => reservation))];
    const { reservations } = await store.load({ skus: [], openOrders: [], reservations: ids });
    const byId = new Map(reservations.map((one) => [one.id, one]));
    for (const { reservation: id, source, messageId } of some) {
      const reservation = byId.get(id);
      const line = reservation?.log.find(
        (one) => one.source === source && one.messageId === messageId,
      );
      if (reservation && line) all.push(...answersIn(reservation, [line]));
    }
  }
  return all;
}

/** By these what was asked for holds all the same, or was to be so. */
const harmless: ReadonlySet<string> = new Set([
  ...['unchanged', 'already_committed', 'already_voided'],
]);

export const isRefusal = ({ code }: Pick<Answered, 'code'>): boolean => !harmless.has(code);
