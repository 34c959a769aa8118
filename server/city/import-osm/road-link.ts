/** A link of the pack in the making, with what is known of it only while importing. */
import type { Link } from '../../contract/city-pack.ts';

/** `refs` are its nodes in driving order, the ways those at its two ends. */
export interface RoadLink {
  readonly link: Link;
  readonly from: number;
  readonly to: number;
  readonly refs: readonly number[];
  readonly firstWay: number;
  readonly lastWay: number;
  readonly roundabout: boolean;
}
