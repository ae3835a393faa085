import { html } from 'htm/preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { FlowMap, MapFlow } from '../../../schemas/generated/api.d.ts';
import { change } from '../../state/address.ts';
import { useKeys } from '../../state/keys.ts';
import { t } from '../../text/t.ts';
import { layoutOf } from './layoutOf.ts';
import type { MapLayout } from './MapLayout.ts';
import { EndItem, FlowItem, StockItem } from './MapNodes.ts';

interface MapPictureProps {
  rows: readonly MapFlow[];
  map: FlowMap;
  open: string | undefined;
}

/** The map: nodes are links, and lines say how much goes between them. The table says the same in words. */
export function MapPicture({ rows, map, open }: MapPictureProps) {
  const place = useRef<HTMLDivElement>(null);
  const room = useRoom(place);
  const layout = layoutOf(rows, room, map.at);
  const { width, height, columns, sources, flows, subscribers } = layout;
  useWalk(place, layout, open);
  return html`<div class="flow-map" ref=${place} role="region" aria-label=${t('flows.map')} tabindex="0">
    <div class="flow-map-ground" style=${{ width: `${width}px`, height: `${height}px` }}>
      <${Lines} layout=${layout} open=${open} />
      <${StockItem} column=${columns.stock} height=${height} books=${map.books} />
      <${Heading} column=${columns.sources} title=${t('flows.sources')} />
      <ul aria-label=${t('flows.sources')}>${sources.map((end) => html`<${EndItem} key=${end.id} end=${end} />`)}</ul>
      <${Heading} column=${columns.ins} title=${t('flows.ins')} />
      <${Heading} column=${columns.outs} title=${t('flows.outs')} />
      <ul aria-label=${t('nav.flows')}>${flows.map((node) => html`<${FlowItem} key=${node.flow.name} node=${node} isOpen=${node.flow.name === open} />`)}</ul>
      <${Heading} column=${columns.subscribers} title=${t('flows.subscribers')} />
      <ul aria-label=${t('flows.subscribers')}>${subscribers.map((end) => html`<${EndItem} key=${end.id} end=${end} />`)}</ul>
    </div>
  </div>`;
}

const Heading = ({ column, title }: { column: { x: number; width: number }; title: string }) =>
  column.width > 0 &&
  html`<div class="flow-map-head" style=${{ left: `${column.x}px`, width: `${column.width}px` }}>${title}</div>`;

function Lines({ layout, open }: { layout: MapLayout; open: string | undefined }) {
  const { width, height, edges } = layout;
  return html`<svg width=${width} height=${height} aria-hidden="true">${edges.map(
    ({ key, flow, path, width, isIdle, tone }) => {
      const looks = [
        'flow-line',
        tone ? `tone-${tone}` : isIdle ? 'idle' : '',
        open !== undefined && (open === flow ? 'of-open' : 'of-others'),
      ];
      return html`<path key=${key} class=${looks.filter(Boolean).join(' ')} d=${path} stroke-width=${width} stroke-dasharray=${isIdle ? '4 4' : undefined} />`;
    },
  )}</svg>`;
}

function useRoom(place: { current: HTMLElement | null }): number {
  const [room, setRoom] = useState(0);
  useEffect(() => {
    const fit = new ResizeObserver(() => setRoom(place.current?.clientWidth ?? 0));
    if (place.current) fit.observe(place.current);
    return () => fit.disconnect();
  }, []);
  return room;
}

/** By `j` and `k` from flow to flow; with the drawer open, it follows. */
function useWalk(
  place: { current: HTMLElement | null },
  { flows }: MapLayout,
  open: string | undefined,
): void {
  const links = (): HTMLElement[] => [
    ...(place.current?.querySelectorAll<HTMLElement>('.flow-node-name') ?? []),
  ];
  const walk = (step: number): void => {
    const all = links();
    const at =
      open === undefined
        ? all.indexOf(document.activeElement as HTMLElement)
        : flows.findIndex(({ flow }) => flow.name === open);
    const next = Math.min(Math.max(at + step, 0), flows.length - 1);
    if (open === undefined) all[next]?.focus();
    else change({ open: flows[next]?.flow.name }, 'replace');
  };
  useKeys({ j: () => walk(1), k: () => walk(-1) });
  useEffect(() => {
    const at = flows.findIndex(({ flow }) => flow.name === open);
    links()[at]?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [open]);
}
