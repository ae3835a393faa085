/** The check digit of GS1 keys: modulo 10, weighing digits by 3 and 1 in turn, from the right. */
export function checkDigitOf(digits: string): string {
  let sum = 0;
  let weight = 3;
  for (let index = digits.length - 1; index >= 0; index -= 1) {
    sum += (digits.charCodeAt(index) - 48) * weight;
    weight = 4 - weight;
  }
  return String((10 - (sum % 10)) % 10);
}

/** Whether the last digit of a key is the check digit of the others. */
export const hasCheckDigit = (key: string): boolean =>
  checkDigitOf(key.slice(0, -1)) === key.slice(-1);
