import type { Filter } from '../../parts/FilterChips.ts';
import { t } from '../../text/t.ts';
import { stateChoices } from '../desk/states.ts';

export const parkedFilters = (): Filter[] => [
  { name: 'flow', label: t('desk.flow') },
  { name: 'code', label: t('desk.code') },
  { name: 'field', label: t('part.field') },
  { name: 'name', label: t('desk.file') },
  { name: 'find', label: t('desk.find') },
  { name: 'state', label: t('desk.state'), choices: stateChoices() },
];
