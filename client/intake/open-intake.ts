/** Asks for the panel of a new call, with what was said already: from the command line, a key or a button. */
import { useDesk } from '../desk/desk.ts';

/** `prefill` may hold a category in any words for it, an address and a phone number. The shell opens the panel. */
export function openIntake(prefill = ''): void {
  useDesk.setState({ intakeOpen: { text: prefill } });
}
