/** The only list of reports. A new one is a file beside this, a line here and its name in `Query`. */

import { abc } from './abc.ts';
import { ageing } from './ageing.ts';
import { auditTrail } from './auditTrail.ts';
import { available } from './available.ts';
import { closing } from './closing.ts';
import { documents } from './documents.ts';
import { explain } from './explain.ts';
import { items } from './items.ts';
import { journal } from './journal.ts';
import { ledger } from './ledger.ts';
import { locations } from './locations.ts';
import { openItems } from './openItems.ts';
import { orders } from './orders.ts';
import { periods } from './periods.ts';
import type { QueryName } from './Query.ts';
import type { ReportSpec } from './ReportSpec.ts';
import { recosts } from './recosts.ts';
import { reservations } from './reservations.ts';
import { rollForward } from './rollForward.ts';
import { slowMovers } from './slowMovers.ts';
import { statement } from './statement.ts';
import { stock } from './stock.ts';
import { trace } from './trace.ts';
import { trial } from './trial.ts';
import { uncosted } from './uncosted.ts';
import { unmatchedReturns } from './unmatchedReturns.ts';
import { unpriced } from './unpriced.ts';
import { valuation } from './valuation.ts';

const byName: Readonly<Record<QueryName, ReportSpec>> = {
  stock,
  valuation,
  ledger,
  statement,
  explain,
  'roll-forward': rollForward,
  journal,
  trial,
  ageing,
  'open-items': openItems,
  'slow-movers': slowMovers,
  abc,
  available,
  reservations,
  orders,
  documents,
  items,
  locations,
  trace,
  unpriced,
  uncosted,
  'unmatched-returns': unmatchedReturns,
  recosts,
  closing,
  periods,
  'audit-trail': auditTrail,
};

export const reports: readonly ReportSpec[] = Object.values(byName);

export const reportOf = (name: QueryName): ReportSpec => byName[name];
