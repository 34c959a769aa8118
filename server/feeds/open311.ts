/** placeholder */
import type { FeedParser, Parsed, ParserSetup } from './parser.ts';
import { nothing } from './parser.ts';
export class Open311 implements FeedParser {
  constructor(_s: ParserSetup) {}
  parse(): Parsed {
    return nothing({ code: 'bad-format', detail: 'not yet' });
  }
}
