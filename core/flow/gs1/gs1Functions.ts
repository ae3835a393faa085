/** The functions of the flow language for identifiers of GS1, each a plain closure. */
import { cbv } from './cbv.ts';
import { checkDigitOf } from './checkDigit.ts';
import { digitalLink, epc, epcUrn } from './epc.ts';
import { epcisEvents } from './epcisEvents.ts';
import { epcisHash } from './epcisHash.ts';
import { gs1Date } from './gs1Date.ts';
import { gs1Fault, shownText } from './gs1Fault.ts';
import { gln, gs1Text, gtin, sscc } from './gs1Keys.ts';
import { gs1Scan } from './gs1Scan.ts';

function checkDigit(value: unknown): string | undefined {
  const digits = gs1Text(value);
  if (digits === undefined) return undefined;
  if (/^\d{1,30}$/.test(digits)) return checkDigitOf(digits);
  throw gs1Fault('GS1_BAD_KEY', `$checkDigit takes the digits of a key, not ${shownText(digits)}`);
}

function dateOf(value: unknown): string | undefined {
  const digits = gs1Text(value);
  if (digits === undefined) return undefined;
  const date = gs1Date(digits, true);
  if (date !== undefined) return date;
  throw gs1Fault('GS1_BAD_ELEMENT', `${shownText(digits)} is no date of GS1, YYMMDD`);
}

const one = (about: string, example: string, call: (value: unknown) => unknown) => ({
  about,
  example,
  arity: [1, 1] as const,
  make: () => call,
});

const key = (about: string, example: string, call: (...inputs: unknown[]) => unknown) => ({
  about,
  example,
  arity: [1, 2] as const,
  make: () => call,
});

const FORMS =
  'an EPC URI (`urn:epc:id:…`, `class`, `idpat`, `tag`), a GS1 Digital Link of any domain, or a scan as `$gs1` reads it';

export const gs1Functions = {
  gtin: key(
    `The 14 digits of a GTIN, its check digit verified, from 8, 12, 13 or 14 digits, ${FORMS}. What is no GTIN parks the record (\`GS1_BAD_KEY\`), as a wrong check digit does (\`GS1_CHECK_DIGIT\`); nothing gives nothing. With \`"unchecked"\` as second argument the check digit is taken as it is, for partners who make up such numbers; the same holds for $gln and $sscc.`,
    '$gtin("4006381333931")',
    gtin,
  ),
  gln: key(
    'The 13 digits of a GLN, its check digit verified, from 13 digits, an EPC URI (`sgln`, `pgln`), a GS1 Digital Link, a scan, or `414/4012345000054`.',
    '$gln("urn:epc:id:sgln:4012345.00005.0")',
    gln,
  ),
  sscc: key(
    'The 18 digits of an SSCC, its check digit verified, from 18 digits, 20 with `00` in front, an EPC URI, a GS1 Digital Link or a scan.',
    '$sscc("urn:epc:id:sscc:4012345.1112223334")',
    sscc,
  ),
  epc: one(
    `What ${FORMS} says, as an object: its \`scheme\` (\`sgtin\`, \`lgtin\`, \`gtin\`, \`sscc\`, \`sgln\`, \`pgln\`, \`itip\`, \`upui\`, \`grai\`, \`giai\`, \`gdti\`, \`gsrn\`, \`gsrnp\`, \`sgcn\`, \`ginc\`, \`gsin\`, \`cpi\`) and, as texts, \`gtin\`, \`lot\`, \`serial\`, \`sscc\`, \`gln\`, \`extension\` and the keys of the others. A class of all lots or serial numbers (\`*\`) has none. What has no key of GS1 parks the record (\`GS1_BAD_KEY\`).`,
    '$epc("urn:epc:class:lgtin:4012345.012345.L-1").lot',
    epc,
  ),
  digitalLink: one(
    'The same identifier as canonical GS1 Digital Link: `https://id.gs1.org/01/04012345123456/21/9876`.',
    '$digitalLink("urn:epc:id:sgtin:4012345.012345.9876")',
    digitalLink,
  ),
  epcUrn: {
    about:
      'The same identifier as EPC URI, of GTIN (with serial number, lot, or for the whole class), SSCC and GLN. The second argument says how many digits the company prefix has, which no key says by itself.',
    example: '$epcUrn("https://id.gs1.org/01/04012345123456/21/9876", 7)',
    arity: [2, 2] as const,
    make: () => epcUrn,
  },
  gs1: one(
    'A scan as an object by AI: an element string (separated by GS, U+001D; `^`, `[FNC1]` and `{GS}` are read as that), with or without symbology identifier (`]C1`, `]e0`, `]d2`, `]Q3`, `]J1`, `]E0`, `]I1` …), a bare GTIN, elements in parentheses, an envelope of format 05, or a GS1 Digital Link. Digits alone that make a GTIN with its check digit are one. Lengths, characters, check digits, dates and times are verified by the GS1 Barcode Syntax Dictionary, and what fails parks the record (`GS1_BAD_ELEMENT`, `GS1_CHECK_DIGIT`). Dates are `YYYY-MM-DD` (day 00 is the last of its month, years to 76 are of this century). Measures and amounts have their decimals, under their AI and under that of all their decimals: `` $gs1(scan).`310n` `` is the net weight in kg whether it came as 3102 or 3103; `currency` is the ISO number of 391n and 393n.',
    '$gs1("(01)09506000134352(17)270300(10)AB-1")',
    gs1Scan,
  ),
  gs1Date: one(
    'A date of GS1, `YYMMDD` or `YYYYMMDD`, as `YYYY-MM-DD`: day 00 is the last of its month, years to 76 are of this century. `$gs1` reads those of a scan by itself.',
    '$gs1Date("270200")',
    dateOf,
  ),
  checkDigit: one(
    'The check digit that belongs behind the digits of a GS1 key.',
    '$checkDigit("400638133393")',
    checkDigit,
  ),
  cbv: one(
    'The bare word of the Core Business Vocabulary, `receiving`, of `urn:epcglobal:cbv:bizstep:receiving`, `https://ref.gs1.org/cbv/BizStep-receiving` or `receiving`; business steps, dispositions, types of transactions, sources and destinations, and reasons of errors alike. Other texts stay as they are.',
    '$cbv("urn:epcglobal:cbv:bizstep:receiving")',
    cbv,
  ),
  epcisEvents: one(
    'The events of an EPCIS document as a list in one shape, whether it is XML or JSON, of 1.2 or 2.0, a document, an answer to a query, or a single event: `type`, `id` (its `eventID`, or its hash ID, as `$epcisHash` gives it), `eventTime`, `action`, `bizStep` and `disposition` as bare words, `place` (the business location, or else the read point, as GLN where it is one), `parent`, the lists `goods`, `children`, `inputs` and `outputs` of `id`, `quantity` (1 of an EPC) and `uom`, `ilmd` by bare names, `error` (`reason` and `declarationTime`) where it is declared one, and the `event` as it came. What it does not say is an empty text, or no list.',
    '$epcisEvents({ "type": "ObjectEvent" })[0].type',
    epcisEvents,
  ),
  epcisHash: {
    about:
      'The event hash ID of EPCIS 2.0 (`ni:///sha-256;…?ver=CBV2.0`): the same for one event in XML and JSON, with EPC URIs and Digital Links, in whatever order its lists are; `eventID`, `recordTime` and `errorDeclaration` are no part of it. A key for events without `eventID`. The event says its `type`, or XML that was read by `records` its `#element`; what stood around it, `#envelope`, is no part of it. The second argument gives the namespaces of fields that are not of the standard: the `@context` of the document, or an object of prefixes; an unknown prefix parks the record (`GS1_BAD_EVENT`), and names without prefix (XML read without namespaces) are hashed as they stand.',
    example: '$epcisHash($)',
    arity: [1, 2] as const,
    make: () => epcisHash,
  },
};
