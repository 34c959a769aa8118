/**
 * Why something was refused. Codes travel; sentences are made where people read them, in their language. Adding a
 * code means adding its sentence in `refusalTexts`.
 */
import { z } from 'zod';
import type { LocalText } from './text.ts';

export const refusalTexts = {
  'not-json': { zh: '不是有效的 JSON：{detail}', en: 'Not valid JSON: {detail}' },
  'not-object': { zh: '每条数据必须是一个对象', en: 'Each item must be an object' },
  'unknown-kind': { zh: '未知的数据类型“{detail}”', en: 'Unknown kind of observation “{detail}”' },
  'wrong-kind': { zh: '该数据源不能发送“{detail}”', en: 'This feed may not send “{detail}”' },
  'bad-field': { zh: '字段有误：{detail}', en: 'Bad field: {detail}' },
  'bad-position': { zh: '坐标无效：{detail}', en: 'Bad position: {detail}' },
  'outside-city': {
    zh: '坐标不在本市范围内（可能经纬度颠倒）',
    en: 'Position outside the city (longitude and latitude swapped?)',
  },
  'bad-time': { zh: '时间无效：{detail}', en: 'Bad time: {detail}' },
  'too-old': { zh: '事件时间过早：{detail}', en: 'Event time too far in the past: {detail}' },
  'in-future': {
    zh: '事件时间在未来：{detail}（请检查时钟）',
    en: 'Event time in the future: {detail} (check the clock)',
  },
  'unknown-object': { zh: '城市数据中没有“{detail}”', en: 'The city has no “{detail}”' },
  'too-many-objects': {
    zh: '该数据源的对象数量超过上限',
    en: 'This feed reports more objects than its limit',
  },
  'line-too-long': { zh: '单行超过 {detail} 字节', en: 'A line is longer than {detail} bytes' },
  'too-deep': { zh: '嵌套层数过多', en: 'Nested too deeply' },
  'body-too-large': { zh: '数据体超过 {detail} 字节', en: 'The body is larger than {detail} bytes' },
  'bad-encoding': { zh: '不支持的内容编码“{detail}”', en: 'Content encoding “{detail}” is not taken' },
  'bad-content-type': { zh: '不支持的内容类型“{detail}”', en: 'Content type “{detail}” is not taken' },
  'bad-format': { zh: '不符合该数据源的格式：{detail}', en: 'Not in this feed’s format: {detail}' },
  'unknown-feed': { zh: '未知的数据源', en: 'Unknown feed' },
  'wrong-token': { zh: '数据源令牌错误', en: 'Wrong feed token' },
  'rate-limited': { zh: '请求过于频繁，请稍后再试', en: 'Too many requests; try again later' },
  'journal-failed': { zh: '数据未能保存，请重试', en: 'It could not be stored; send it again' },
  'unknown-command': { zh: '未知的命令', en: 'Unknown command' },
  'not-found': { zh: '未找到', en: 'Not found' },
  'version-conflict': {
    zh: '已被他人修改，请刷新后重试',
    en: 'Someone else changed it first; look again and retry',
  },
  'bad-text': {
    zh: '文字含有标记、控制字符或隐藏字符，请改为普通文字：{detail}',
    en: 'The text holds markup, control or hidden characters; write plain text: {detail}',
  },
  'not-allowed': { zh: '您的角色不能执行此操作：{detail}', en: 'Your role may not do this: {detail}' },
  'case-closed': { zh: '案件 #{detail} 已结案', en: 'Case #{detail} is closed' },
  'wrong-stage': {
    zh: '案件当前状态不允许此操作（{detail}）；确需越序请填写理由',
    en: 'The case is not at the stage for this ({detail}); give a reason to override',
  },
  'unit-busy': { zh: '车组已被占用：{detail}', en: 'The unit is taken: {detail}' },
  'unit-unavailable': { zh: '车组不能派遣：{detail}', en: 'The unit cannot be sent: {detail}' },
  'no-units': {
    zh: '没有可派的合适车组：{detail}',
    en: 'No fitting unit is free: {detail}',
  },
  'handler-verifies': {
    zh: '办理人不能核查自己的案件，请由他人核查',
    en: 'Who handled a case cannot verify it; somebody else has to',
  },
  'claimed-by-other': { zh: '{detail} 正在办理此案', en: '{detail} is handling this case' },
  'returned-before': {
    zh: '此案本部门已退回过一次，请联系仲裁方：{detail}',
    en: 'Your department returned this case once already; ask the arbiter: {detail}',
  },
  'nobody-else': {
    zh: '没有其他部门可接，本案仍由其负责：{detail}',
    en: 'Nobody else can take it; it stays with: {detail}',
  },
  'already-done': { zh: '已经完成：{detail}', en: 'Already done: {detail}' },
  'reason-needed': { zh: '请填写理由', en: 'Give a reason' },
  'merged-elsewhere': { zh: '此警情已并入 #{detail}', en: 'This incident is part of #{detail}' },
  'not-merged': { zh: '此警情未并案', en: 'This incident is not merged into another' },
  'unknown-answer': { zh: '问题或答案不存在：{detail}', en: 'There is no such question or answer: {detail}' },
  'no-department': { zh: '没有此部门：{detail}', en: 'There is no such department: {detail}' },
  'alarm-gone': {
    zh: '告警已恢复正常，无需处理：{detail}',
    en: 'The alarm is over and was handled: {detail}',
  },
  'not-shelved': { zh: '告警未被搁置：{detail}', en: 'The alarm is not shelved: {detail}' },
  'emergency-stays': {
    zh: '紧急告警须先确认，才能搁置或停用：{detail}',
    en: 'An emergency has to be acknowledged before it can be shelved or taken out of service: {detail}',
  },
  'bad-rule': { zh: '规则有误：{detail}', en: 'The rule is wrong: {detail}' },
  'built-in-rule': {
    zh: '产品自带的规则不能删除，可以停用：{detail}',
    en: 'A rule that came with the product cannot be deleted; switch it off: {detail}',
  },
  'no-history': {
    zh: '尚无历史数据可供试运行，请运行几分钟后再试',
    en: 'There is no history to try the rule on yet; try again in a few minutes',
  },
  'took-too-long': {
    zh: '试运行耗时过长，请缩短时间范围',
    en: 'The trial run took too long; choose a shorter time',
  },
  'author-approves': {
    zh: '起草人不能批准自己的预警，请由他人批准',
    en: 'Who drafted a warning cannot approve it; somebody else has to',
  },
  'not-yours-to-sign': { zh: '交班人不能自己签收', en: 'Who hands over cannot sign for it' },
  'bad-warning': { zh: '预警报文无效：{detail}', en: 'Not a valid warning: {detail}' },
  'signal-unknown': {
    zh: '尚无信号机报告过此路口：{detail}',
    en: 'No controller has reported this signal: {detail}',
  },
  'in-measurement': {
    zh: '该路口正在参与测量，请先停止测量：{detail}',
    en: 'The signal takes part in a measurement; stop it first: {detail}',
  },
  'proposal-gone': {
    zh: '该建议已失效或已有新的建议，请刷新后重试',
    en: 'The proposal is over or a newer one has come; look again',
  },
  'same-methods': {
    zh: '两种控制方式相同，无从比较',
    en: 'Both ways are the same; there is nothing to compare',
  },
  'no-signals-near': {
    zh: '该范围内没有已接入的信号机',
    en: 'No connected signal lies within this distance',
  },
  'no-way': {
    zh: '车组没有目的地或没有可行路线：{detail}',
    en: 'The unit has no target or no way leads there: {detail}',
  },
  'no-simulator': {
    zh: '没有连接可以推演的交通仿真',
    en: 'No simulator that can run this is connected',
  },
  'plans-only': {
    zh: '推演中信号灯只按配时方案运行，不能试用控制方式：{detail}',
    en: 'In a what-if run signals run their plans; this way of control cannot be tried there: {detail}',
  },
  'too-many-runs': {
    zh: '已有 {detail} 个推演在进行或等待，请稍后再试',
    en: '{detail} runs are under way or waiting; try again when one is done',
  },
  'bad-junction': { zh: '路口描述有误：{detail}', en: 'The description of the junction is wrong: {detail}' },
  'poll-failed': { zh: '抓取失败：{detail}', en: 'Could not be fetched: {detail}' },
  'unsafe-xml': {
    zh: 'XML 含有 DOCTYPE 或实体，或过大过深：{detail}',
    en: 'The XML has a DOCTYPE or entities, or is too large or deep: {detail}',
  },
  'shutting-down': { zh: '服务正在停止，请稍后再试', en: 'The server is stopping; try again shortly' },
  internal: { zh: '服务内部错误，已记录', en: 'Something went wrong on the server; it has been logged' },
  'not-signed-in': { zh: '请先登录', en: 'Sign in first' },
  'wrong-credentials': { zh: '账号或密码错误', en: 'Wrong account or password' },
  'account-locked': {
    zh: '连续多次登录失败，账号已锁定，请在 {detail} 分钟后重试',
    en: 'Locked after too many failed sign-ins; try again in {detail} minutes',
  },
  forbidden: { zh: '您的角色无权执行此操作', en: 'Your role may not do this' },
  csrf: {
    zh: '请求未通过安全校验，请刷新页面后重试',
    en: 'The request did not prove that it comes from this page; reload the page and try again',
  },
  'weak-password': {
    zh: '密码过于简单：至少 12 个字符，不得包含账号，且不得由少数字符重复组成',
    en: 'The password is too weak: at least 12 characters, without the account’s id, and not a few characters repeated',
  },
} as const satisfies Record<string, LocalText>;

export type RefusalCode = keyof typeof refusalTexts;
export const refusalCodes = Object.keys(refusalTexts) as [RefusalCode, ...RefusalCode[]];

export const refusal = z.object({
  code: z.enum(refusalCodes),
  /** Fills `{detail}`; never contains a stack or a secret. */
  detail: z.string().max(300).optional(),
  /** 1-based line or element of the batch. */
  line: z.number().int().optional(),
});
export type Refusal = z.infer<typeof refusal>;

/** The sentence a person reads. */
export function refusalText(r: Refusal): LocalText {
  const text = refusalTexts[r.code];
  const fill = (s: string): string => s.replace('{detail}', r.detail ?? '');
  return { zh: fill(text.zh), en: fill(text.en) };
}
