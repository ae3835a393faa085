/** Where elements of a list stood in the payload, once steps have dropped some or made several of one. */
import type { Fault } from '../errors.ts';
import type { RecordValue } from '../ports.ts';

const ownPlaces = new WeakMap<readonly unknown[], readonly number[]>();

export function noteOwnPlaces(list: readonly unknown[], places: readonly number[]): void {
  if (places.some((place, index) => place !== index)) ownPlaces.set(list, places);
}

/** Faults of what is made of a record, with elements named by their own places. */
export function atOwnPlaces(faults: readonly Fault[], value: RecordValue): readonly Fault[] {
  return faults.map((fault) => {
    const [, list = '', index = ''] = /^(\w+)\[(\d+)\]/.exec(fault.at?.field ?? '') ?? [];
    const elements = list === '' ? undefined : value[list];
    const place = Array.isArray(elements) ? ownPlaces.get(elements)?.[Number(index)] : undefined;
    if (place === undefined) return fault;
    const own = (text: string): string => text.replaceAll(`${list}[${index}]`, `${list}[${place}]`);
    return {
      ...fault,
      message: own(fault.message),
      at: { ...fault.at, field: own(fault.at!.field!) },
    };
  });
}
