/** Sizes that several methods share. */

/** Room a standing vehicle takes with the gap before it, m. */
export const VEHICLE_ROOM_M = 7.5;
/** A yielding stream discharges at about this share of one with the right of way (HCM 6th ed., chapter 19: 0.3 to 0.5). */
export const YIELDING_SHARE = 0.4;
