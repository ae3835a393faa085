/** Where lines of a chart lie: places on the screen, never figures, which stay text. */
import { microsOf, shareOf } from '../text/decimalText.ts';

export interface Frame {
  width: number;
  height: number;
  /** Room for the figures at the left, and for the days below. */
  left: number;
  bottom: number;
}

export interface Scale {
  /** From the lowest line to the highest, each a round figure. */
  ticks: readonly bigint[];
  y(micros: bigint): number;
}

const LINES = 4n;
const TOP = 8;

/** Round figures around all values, zero among them. */
export function scaleOf(values: readonly (readonly string[])[], frame: Frame): Scale {
  let [low, high] = [0n, 0n];
  for (const text of values.flat()) {
    const micros = microsOf(text) ?? 0n;
    if (micros < low) low = micros;
    if (micros > high) high = micros;
  }
  const step = roundStep((high - low) / LINES);
  const first = low < 0n ? -(((-low + step - 1n) / step) * step) : 0n;
  const ticks = [first];
  while (ticks.at(-1)! < high) ticks.push(ticks.at(-1)! + step);
  if (ticks.length === 1) ticks.push(first + step);
  const [bottom, whole] = [frame.height - frame.bottom, ticks.at(-1)! - first];
  return { ticks, y: (micros) => bottom - shareOf(micros - first, whole) * (bottom - TOP) };
}

/** 1, 2 or 5 and zeros, not below `least`. */
function roundStep(least: bigint): bigint {
  let power = 1n;
  while (power * 10n <= least) power *= 10n;
  const found = [1n, 2n, 5n].find((one) => one * power >= least);
  return (found ?? 10n) * power;
}

/** A line through what is known; where nothing is, it ends and begins anew. */
export function pathOf(
  values: readonly string[],
  x: (index: number) => number,
  y: (micros: bigint) => number,
  isStepped: boolean,
): string {
  let path = '';
  let isOpen = false;
  for (const [index, text] of values.entries()) {
    const micros = microsOf(text);
    if (micros === undefined) {
      isOpen = false;
      continue;
    }
    const [across, up] = [x(index).toFixed(1), y(micros).toFixed(1)];
    if (!isOpen) path += `M${across} ${up}`;
    else path += isStepped ? `H${across}V${up}` : `L${across} ${up}`;
    isOpen = true;
  }
  return path;
}
