/** Whatever can run a SUMO scenario's signals: our control methods, and SUMO's own two ways. */
import { makeMethod } from '../domain/signals/methods.ts';
import { methodNames, type MethodName } from '../domain/signals/model.ts';
import { runSumo, type RunOptions, type RunSummary } from './run.ts';

/** `sumo-fixed`: the program that was found, run by SUMO itself; `sumo-actuated`: SUMO's actuated control over it. */
export const sumoControllers = ['sumo-fixed', 'sumo-actuated'] as const;
export const controllerNames = [...methodNames, ...sumoControllers] as const;
export type ControllerName = (typeof controllerNames)[number];

export function runController(
  controller: ControllerName,
  options: Omit<RunOptions, 'makeMethod' | 'actuated'>,
): Promise<RunSummary> {
  if (isMethod(controller)) {
    return runSumo({
      // The other methods are published as ways to choose among a program's phases.
      phases: controller === 'ours' ? 'combined' : 'found',
      ...options,
      makeMethod: (network) => makeMethod(controller, network),
    });
  }
  return runSumo({ ...options, makeMethod: null, actuated: controller === 'sumo-actuated' });
}

const isMethod = (name: ControllerName): name is MethodName => methodNames.some((method) => method === name);
