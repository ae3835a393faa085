import { html } from 'htm/preact';
import { useRef } from 'preact/hooks';
import { change, useAddress } from '../state/address.ts';
import { t } from '../text/t.ts';
import { Icon } from './Icon.ts';

export interface Filter {
  /** Name of its parameter in the address. */
  name: string;
  label: string;
  /** What can be chosen, as value and words; left out: any text. */
  choices?: readonly (readonly [string, string])[];
}

/** The filters of a screen: those that hold as chips, the others behind "+ filter". All of it is the address. */
export function FilterChips({ filters }: { filters: readonly Filter[] }) {
  const { query } = useAddress();
  const menu = useRef<HTMLDetailsElement>(null);
  const held = filters.filter(({ name }) => query[name]);
  const free = filters.filter(({ name }) => !query[name]);
  const set = (name: string, value: string): void => {
    change({ [name]: value, open: undefined });
    if (menu.current) menu.current.open = false;
  };
  return html`<div class="chips">
    ${held.map(({ name, label, choices }) => {
      const value = query[name]!;
      const words = choices?.find(([one]) => one === value)?.[1] ?? value;
      return html`<button type="button" class="chip" key=${name} aria-label=${t('part.removeFilter', { filter: `${label}: ${words}` })} onClick=${() => change({ [name]: undefined, open: undefined })}><span class="muted">${label}</span> ${words}<${Icon} name="close" /></button>`;
    })}
    ${
      free.length > 0 &&
      html`<details class="menu" ref=${menu}><summary class="chip">${t('part.addFilter')}</summary>
      <div class="menu-body">${free.map((filter) => html`<${Field} key=${filter.name} filter=${filter} onSet=${set} />`)}</div>
    </details>`
    }
  </div>`;
}

function Field({
  filter,
  onSet,
}: {
  filter: Filter;
  onSet: (name: string, value: string) => void;
}) {
  const { name, label, choices } = filter;
  if (choices) {
    const choose = (event: Event): void => onSet(name, (event.target as HTMLSelectElement).value);
    return html`<label class="field">${label}<select onChange=${choose}><option value=""></option>${choices.map(([value, words]) => html`<option value=${value}>${words}</option>`)}</select></label>`;
  }
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const value = new FormData(event.target as HTMLFormElement).get('value');
    onSet(name, String(value ?? '').trim());
  };
  return html`<form onSubmit=${submit}><label class="field">${label}<span class="field-row"><input name="value" autocomplete="off" spellcheck="false" /><button type="submit">${t('part.apply')}</button></span></label></form>`;
}
