/** Reads one stream block by block; each is its fields by name. */
export class EventStream {
  readonly status: number;
  readonly type: string | null;
  readonly #blocks: AsyncGenerator<Record<string, string>>;
  readonly #cut: AbortController;

  private constructor(answer: globalThis.Response, cut: AbortController) {
    this.status = answer.status;
    this.type = answer.headers.get('content-type');
    this.#cut = cut;
    this.#blocks = blocksOf(answer);
  }

  static async open(url: string, headers: Record<string, string> = {}): Promise<EventStream> {
    const cut = new AbortController();
    return new EventStream(await fetch(url, { headers, signal: cut.signal }), cut);
  }

  async next(): Promise<Record<string, string>> {
    const { value, done } = await this.#blocks.next();
    return done ? { event: '(end)' } : value;
  }

  /** As many as are asked for, without those that only move the id. */
  async events(count: number): Promise<Record<string, string>[]> {
    const found: Record<string, string>[] = [];
    while (found.length < count) {
      const block = await this.next();
      if (block.event !== undefined) found.push(block);
    }
    return found;
  }

  cut(): void {
    this.#cut.abort();
  }
}

async function* blocksOf(answer: globalThis.Response): AsyncGenerator<Record<string, string>> {
  let text = '';
  try {
    for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const lines = text.slice(0, end).split('\n');
        text = text.slice(end + 2);
        yield Object.fromEntries(lines.map((line) => /^(\w*): ?(.*)$/.exec(line)!.slice(1)));
      }
    }
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error;
  }
}
