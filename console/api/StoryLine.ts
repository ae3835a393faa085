/** What `GET /v1/history/:key` and `GET /v1/search` answer. */
export interface StoryLine {
  lineId: string;
  at: string;
  what: string;
  text: string;
  actor: string;
  links: Readonly<Record<string, string>>;
  for?: 'booking' | 'relay' | 'stage' | 'subscriber' | 'person';
  dueAt?: string;
  origin?: { flow: string; file: string; intakeId: string; record?: number };
  /** By its kind. */
  [fact: string]: unknown;
}

export interface History {
  key: string;
  found: string[];
  lines: StoryLine[];
  isCut: boolean;
}

export interface Hit {
  kind: string;
  key: string;
  match: 'exact' | 'prefix';
  label: string;
  facts: Readonly<Record<string, string>>;
  href: string;
  history?: string;
}

export interface HitGroups {
  q: string;
  groups: { kind: string; hits: Hit[]; more: boolean }[];
}
