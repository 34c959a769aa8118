/** The control methods by name. */
import { createActuated } from './actuated.ts';
import { createFixed } from './fixed.ts';
import type { ControlNetwork, MethodName, SignalMethod } from './model.ts';
import { createPressure } from './pressure.ts';
import { createRollingHorizon } from './rolling/ours.ts';
import { createWebster } from './webster.ts';

export function makeMethod(name: MethodName, network: ControlNetwork): SignalMethod {
  switch (name) {
    case 'fixed':
      return createFixed(network);
    case 'webster':
      return createWebster(network);
    case 'actuated':
      return createActuated(network);
    case 'maxpressure':
    case 'efficient':
    case 'advanced':
    case 'capacity':
      return createPressure(name, network);
    case 'ours':
      return createRollingHorizon(network);
  }
}
