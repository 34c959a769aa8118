/**
 * The life of a case: stages in their order, the seven steps of grid management over them, units sent, tasks of
 * departments, deadlines. An incident record carries these once somebody works on it.
 */
import { z } from 'zod';
import { channels } from './categories.ts';
import { unitKinds } from './city-pack.ts';
import { lonLat } from './geo.ts';
import { localText, type LocalText } from './text.ts';

const ms = z.number();
const id = z.string().min(1).max(160);

/** In their order; a case may skip what it does not need (transport), never go back without a reason. */
export const stages = [
  'reported',
  'triaged',
  'dispatched',
  'en-route',
  'on-scene',
  'transporting',
  'at-facility',
  'resolved',
  'verified',
  'closed',
  'evaluated',
] as const;
export type Stage = (typeof stages)[number];
export const stageIndex = (stage: Stage): number => stages.indexOf(stage);

/** The seven steps of GB/T 30428 (数字化城市管理信息系统), in their order. */
export const gridSteps = ['collect', 'file', 'dispatch', 'handle', 'feedback', 'verify', 'evaluate'] as const;
export type GridStep = (typeof gridSteps)[number];
export const gridStepNames: Readonly<Record<GridStep, LocalText>> = {
  collect: { zh: '信息采集', en: 'Report' },
  file: { zh: '案卷建立', en: 'Filing' },
  dispatch: { zh: '任务派遣', en: 'Dispatch' },
  handle: { zh: '任务处理', en: 'Handling' },
  feedback: { zh: '处理反馈', en: 'Feedback' },
  verify: { zh: '核查结案', en: 'Verification' },
  evaluate: { zh: '综合评价', en: 'Evaluation' },
};
export const gridStepOf: Readonly<Record<Stage, GridStep>> = {
  reported: 'collect',
  triaged: 'file',
  dispatched: 'dispatch',
  'en-route': 'dispatch',
  'on-scene': 'handle',
  transporting: 'handle',
  'at-facility': 'handle',
  resolved: 'feedback',
  verified: 'verify',
  closed: 'verify',
  evaluated: 'evaluate',
};
export const stageNames: Readonly<Record<Stage, LocalText>> = {
  reported: { zh: '待受理', en: 'Reported' },
  triaged: { zh: '已立案', en: 'Triaged' },
  dispatched: { zh: '已派遣', en: 'Dispatched' },
  'en-route': { zh: '途中', en: 'En route' },
  'on-scene': { zh: '到场', en: 'On scene' },
  transporting: { zh: '送医', en: 'Transporting' },
  'at-facility': { zh: '到院', en: 'At facility' },
  resolved: { zh: '已处置', en: 'Resolved' },
  verified: { zh: '已核查', en: 'Verified' },
  closed: { zh: '已结案', en: 'Closed' },
  evaluated: { zh: '已评价', en: 'Evaluated' },
};

/** What a unit that was sent does about the case; `cleared`: it is free again. */
export const assignmentStatuses = [
  'dispatched',
  'en-route',
  'on-scene',
  'transporting',
  'at-facility',
  'cleared',
] as const;
export type AssignmentStatus = (typeof assignmentStatuses)[number];

/** A unit sent to a case. Times are absent until the status was reached. */
export const assignment = z.object({
  unit: id,
  callsign: z.string(),
  department: z.string(),
  kind: z.enum(unitKinds),
  status: z.enum(assignmentStatuses),
  /** Who sent it, by name. */
  by: z.string(),
  assignedAtMs: ms,
  /** Expected arrival by the routed travel time when it was sent. */
  etaAtMs: ms.optional(),
  enRouteAtMs: ms.optional(),
  onSceneAtMs: ms.optional(),
  transportingAtMs: ms.optional(),
  atFacilityAtMs: ms.optional(),
  clearedAtMs: ms.optional(),
  /** Where it takes somebody. */
  facility: id.optional(),
  /** When the crew must be asked next whether all is well (personnel accountability, NFPA 1500 §8). */
  parDueAtMs: ms.optional(),
  /** True once that time passed unanswered. */
  parOverdue: z.boolean().optional(),
});
export type Assignment = z.infer<typeof assignment>;

export const taskStatuses = ['open', 'accepted', 'done', 'returned', 'cancelled'] as const;
/** What one department owes a case. */
export const task = z.object({
  id,
  department: z.string(),
  title: localText,
  /** The department that leads (主责); the others support it (协同). */
  lead: z.boolean(),
  status: z.enum(taskStatuses),
  createdAtMs: ms,
  dueAtMs: ms.optional(),
  acceptedAtMs: ms.optional(),
  doneAtMs: ms.optional(),
  overdue: z.boolean().optional(),
  /** Who did the last step, by name. */
  by: z.string().optional(),
  /** Why it was returned, or what came of it. */
  note: z.string().optional(),
});
export type Task = z.infer<typeof task>;

export const deadlineStates = ['running', 'warned', 'overdue', 'met', 'missed', 'void'] as const;
/** A time by which a case must have reached a stage. */
export const deadline = z.object({
  reach: z.enum(stages),
  startedAtMs: ms,
  warnAtMs: ms,
  dueAtMs: ms,
  state: z.enum(deadlineStates),
  endedAtMs: ms.optional(),
  /** How often it was escalated since it is overdue, and to whom last. */
  escalations: z.number().int(),
  escalatedTo: z.string().optional(),
});
export type Deadline = z.infer<typeof deadline>;

/** One call or message about a case; none is ever discarded. */
export const callReport = z.object({
  id,
  /** The incident it came in as; another one than the case where that was merged into it. */
  incident: id,
  channel: z.enum(channels),
  atMs: ms,
  title: localText.optional(),
  detail: localText.optional(),
  position: lonLat.optional(),
  address: z.string().optional(),
  caller: z.object({ name: z.string().optional(), phone: z.string().optional() }).optional(),
});
export type CallReport = z.infer<typeof callReport>;

/** Deductions of an evaluation, each linked to what it is for. */
export const deductionCodes = [
  'overdue',
  'task-overdue',
  'returned',
  'rework',
  'override',
  'dissatisfied',
  'hops',
] as const;
export const evaluation = z.object({
  atMs: ms,
  by: z.string(),
  /** 0…100: 100 less the deductions. */
  score: z.number().int().min(0).max(100),
  satisfaction: z.number().int().min(1).max(5).optional(),
  comment: z.string().optional(),
  deductions: z.array(
    z.object({
      code: z.enum(deductionCodes),
      points: z.number(),
      times: z.number().int(),
      of: z.string().optional(),
    }),
  ),
});
export type Evaluation = z.infer<typeof evaluation>;

/** Determinants of medical urgency, most urgent last (shape only; the cards are nobody's). */
export const determinants = ['omega', 'alpha', 'bravo', 'charlie', 'delta', 'echo'] as const;
export const triage = z.object({
  protocol: z.string(),
  answers: z.record(z.string(), z.string()),
  determinant: z.enum(determinants).optional(),
  /** The alarm level that the answers ask for. */
  level: z.number().int().min(1).max(9).optional(),
  by: z.string(),
  atMs: ms,
});
export type Triage = z.infer<typeof triage>;

/** What an incident record carries of its case. */
export const caseFields = z.object({
  stage: z.enum(stages),
  /** Number of decisions people have made on it; a command that names an older one is refused (IN-41). */
  version: z.number().int(),
  /** Who has taken it in hand. */
  claim: z.object({ user: z.string(), name: z.string(), atMs: ms }).optional(),
  triage: triage.optional(),
  /** The response plan that holds for it, and its alarm level, 1…. */
  plan: z.object({ id: z.string(), name: localText, level: z.number().int().min(1) }).optional(),
  /** The department that leads, with those that support it (权责清单). */
  lead: z.string().optional(),
  support: z.array(z.string()),
  /** How often it was handed to another department, and how often one returned it. */
  hops: z.number().int(),
  returns: z.number().int(),
  assignments: z.array(assignment),
  tasks: z.array(task),
  deadlines: z.array(deadline),
  /** True while a deadline, a task or a crew's answer is overdue. */
  overdue: z.boolean(),
  /** A supervisor presses for it (督办). */
  supervised: z.object({ by: z.string(), atMs: ms, reason: z.string() }).optional(),
  reports: z.array(callReport),
  /** Facilities that were told to expect something. */
  notified: z.array(z.object({ facility: id, atMs: ms })),
  mergedInto: id.optional(),
  /** Incidents merged into this one. */
  merged: z.array(id),
  reopened: z.number().int(),
  evaluation: evaluation.optional(),
  /** How it ended, in the words of who resolved it. */
  result: z.string().optional(),
});
export type CaseFields = z.infer<typeof caseFields>;
