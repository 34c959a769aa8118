import { assert, asyncProperty, uint8Array } from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TraciClient } from '../../../../server/sumo/traci/client.ts';
import { domain, variable } from '../../../../server/sumo/traci/constants.ts';
import { TraciError } from '../../../../server/sumo/traci/errors.ts';
import {
  dies,
  message,
  sends,
  silent,
  status,
  traciDouble,
  version,
  type Answer,
} from '../../../support/traci-double.ts';

const SIMULATION_STEP = 0x02;
const GET_SIMULATION = 0xab;
const SET_LIGHTS = 0xc2;

async function connected(...answers: readonly Answer[]): Promise<TraciClient> {
  const port = await traciDouble(version(20), ...answers);
  const client = await TraciClient.connect({ port, timeoutMs: 1_000 });
  onTestFinished(() => client.destroy());
  return client;
}

const failure = async (work: Promise<unknown>): Promise<TraciError> => {
  const cause: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (cause instanceof TraciError) return cause;
  throw new Error(`no TraciError but ${String(cause)}`);
};

describe('the TraCI client', () => {
  it('TR-110 agrees on a version and warns of one newer than it knows', async () => {
    const warnings: string[] = [];
    const port = await traciDouble(version(23, 'SUMO 2.0'));
    const client = await TraciClient.connect({ port, onWarning: (sentence) => warnings.push(sentence) });
    onTestFinished(() => client.destroy());
    expect([client.api, client.software]).toEqual([23, 'SUMO 2.0']);
    expect(warnings).toEqual(['SUMO 2.0 speaks TraCI 23; the newest this client was tried with is 20']);
  });

  it('TR-110 refuses a version it does not speak, in a sentence', async () => {
    const port = await traciDouble(version(18, 'SUMO 1.1.0'));
    const cause = await failure(TraciClient.connect({ port }));
    expect(cause.kind).toBe('version');
    expect(cause.message).toContain('SUMO 1.1.0 speaks TraCI 18');
  });

  it('TR-111 ends every call where SUMO hangs', async () => {
    const client = await connected(silent);
    const lights = failure(client.setLights('J', 'GG'));
    const step = failure(client.step());
    expect((await lights).kind).toBe('timeout');
    expect((await step).message).toBe('SUMO answered nothing for 1 s');
    expect((await failure(client.step())).kind).toBe('timeout');
  });

  it('TR-111 does not wait for ever for a version either', async () => {
    const port = await traciDouble(silent);
    expect((await failure(TraciClient.connect({ port, timeoutMs: 300 }))).kind).toBe('timeout');
  });

  it('TR-112 ends every call where SUMO dies, and says where nobody listens', async () => {
    const client = await connected(dies);
    expect((await failure(client.step())).kind).toBe('lost');
    expect((await failure(client.get(domain.lane, 'x', variable.laneId))).kind).toBe('lost');
    const cause = await failure(TraciClient.connect({ port: 1 }));
    expect(cause.kind).toBe('unreachable');
    expect(cause.message).toContain('no SUMO at 127.0.0.1:1');
  });

  it.each<[string, Buffer]>([
    ['a page of the web', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['a length below its own', Buffer.from([0, 0, 0, 2, 9, 9])],
    ['an answer to something else', message((w) => status(w, SET_LIGHTS))],
    [
      'a value of an unknown type',
      message((w) => {
        status(w, SIMULATION_STEP);
        w.integer(1);
        w.begin(0xeb);
        w.text('');
        w.ubyte(1);
        w.ubyte(variable.timeS);
        w.ubyte(0);
        w.ubyte(0x7e);
        w.end();
      }),
    ],
    [
      'a list longer than the message',
      message((w) => {
        status(w, SIMULATION_STEP);
        w.integer(1);
        w.begin(0xeb);
        w.text('');
        w.ubyte(1);
        w.ubyte(variable.departedIds);
        w.ubyte(0);
        w.ubyte(0x0e);
        w.integer(2_000_000_000);
        w.end();
      }),
    ],
    [
      'a text that ends too early',
      message((w) => {
        w.begin(SIMULATION_STEP);
        w.ubyte(0);
        w.integer(400);
        w.end();
      }),
    ],
    [
      'more than was asked',
      message((w) => {
        status(w, SIMULATION_STEP);
        w.integer(0);
        w.integer(7);
      }),
    ],
    ['a command longer than the message', Buffer.from([0, 0, 0, 6, 200, 2])],
    ['an empty message', Buffer.from([0, 0, 0, 4])],
  ])('TR-113 refuses what is no TraCI: %s', async (_, bytes) => {
    const client = await connected(sends(bytes));
    expect((await failure(client.step())).kind).toBe('malformed');
  });

  it('TR-113 ends every call, whatever bytes come', async () => {
    const client = async (bytes: Uint8Array): Promise<void> => {
      const it = await connected(sends(message((w) => bytes.forEach((byte) => w.ubyte(byte)))));
      const cause = await failure(Promise.all([it.step(), it.step()]));
      expect(['malformed', 'timeout', 'refused']).toContain(cause.kind);
      it.destroy();
    };
    await assert(asyncProperty(uint8Array({ maxLength: 60 }), client), { numRuns: 40 });
  });

  it('TR-114 tells a refusal of SUMO by its own words and goes on', async () => {
    const client = await connected(
      sends(message((w) => status(w, SET_LIGHTS, 0xff, "Traffic light 'X' is not known"))),
      sends(
        message((w) => {
          status(w, SIMULATION_STEP);
          w.integer(0);
        }),
      ),
    );
    const lights = failure(client.setLights('X', 'r'));
    client.flush();
    expect((await lights).message).toBe("SUMO refused: Traffic light 'X' is not known");
    expect((await client.step()).variables.size).toBe(0);
  });

  it('TR-115 sends what was gathered, then the step, and reads answers in any pieces', async () => {
    const commands: number[] = [];
    const lit = message((w) => status(w, SET_LIGHTS));
    const stepped = message((w) => {
      status(w, SIMULATION_STEP);
      w.integer(1);
      w.begin(0xeb);
      w.text('');
      w.ubyte(2);
      for (const [which, write] of [
        [variable.timeS, () => w.double(7)],
        [
          variable.departedIds,
          () => {
            w.integer(1);
            w.text('é1');
          },
        ],
      ] as const) {
        w.ubyte(which);
        w.ubyte(0);
        w.ubyte(which === variable.timeS ? 0x0b : 0x0e);
        write();
      }
      w.end();
    });
    const client = await connected((asked, socket) => {
      // Each message holds one command: its length, its command's length and its number.
      for (let from = 0; from < asked.length; from += asked.readInt32BE(from))
        commands.push(asked[from + 5]!);
      void (async () => {
        for (const byte of Buffer.concat([lit, stepped])) {
          socket.write(Buffer.of(byte));
          await new Promise((resolve) => setImmediate(resolve));
        }
      })();
    });
    const lights = client.setLights('J', 'GGrr');
    const step = await client.step(7);
    await lights;
    expect(commands).toEqual([SET_LIGHTS, SIMULATION_STEP]);
    const told = step.variables.get(domain.simulation)?.get('');
    expect(told).toEqual(
      new Map<number, unknown>([
        [variable.timeS, 7],
        [variable.departedIds, ['é1']],
      ]),
    );
  });

  it('TR-115 writes commands longer than a byte can tell', async () => {
    let command = Buffer.alloc(0);
    const client = await connected((asked, socket) => {
      command = Buffer.from(asked.subarray(4));
      socket.write(message((w) => status(w, SET_LIGHTS)));
    });
    const lights = client.setLights('J', 'G'.repeat(300));
    client.flush();
    await lights;
    expect(command[0]).toBe(0);
    expect(command.readInt32BE(1)).toBe(command.length);
    expect(command[5]).toBe(SET_LIGHTS);
  });

  it('TR-115 leaves out what a subscription cannot tell now', async () => {
    const client = await connected(
      sends(
        message((w) => {
          status(w, SIMULATION_STEP);
          w.integer(1);
          w.begin(0xe4);
          w.text('car');
          w.ubyte(2);
          w.ubyte(variable.laneId);
          w.ubyte(0xff);
          w.ubyte(0x0c);
          w.text('off the road');
          w.ubyte(variable.speedMps);
          w.ubyte(0);
          w.ubyte(0x0b);
          w.double(3);
          w.end();
        }),
      ),
    );
    const told = (await client.step()).variables.get(domain.vehicle)?.get('car');
    expect(told).toEqual(new Map([[variable.speedMps, 3]]));
  });

  it('TR-115 reads a value that was asked for', async () => {
    const client = await connected(
      sends(
        message((w) => {
          status(w, GET_SIMULATION);
          w.begin(0xbb);
          w.ubyte(variable.timeS);
          w.text('');
          w.ubyte(0x0b);
          w.double(42);
          w.end();
        }),
      ),
    );
    const time = client.get(domain.simulation, '', variable.timeS);
    client.flush();
    expect(await time).toBe(42);
  });
});
