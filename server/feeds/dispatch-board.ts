/** placeholder */
import type { FeedParser, Parsed, ParserSetup } from './parser.ts';
import { nothing } from './parser.ts';
export class DispatchBoard implements FeedParser {
  constructor(_s: ParserSetup) {}
  parse(): Parsed {
    return nothing({ code: 'bad-format', detail: 'not yet' });
  }
}
