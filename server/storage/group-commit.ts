/** Group commit: everything asked for while one commit runs shares the next one. Answers come in the order asked. */

interface Waiting<Request, Answer> {
  readonly request: Request;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

export class GroupCommit<Request, Answer> {
  private readonly commit: (group: readonly Request[]) => Promise<readonly Answer[]>;
  private queue: Waiting<Request, Answer>[] = [];
  private running: Promise<void> | null = null;

  /** `commit` answers each request of a group; where it throws, all of the group fail. */
  constructor(commit: (group: readonly Request[]) => Promise<readonly Answer[]>) {
    this.commit = commit;
  }

  ask(request: Request): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.queue.push({ request, resolve, reject });
      this.running ??= this.run();
    });
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.running;
  }

  private async run(): Promise<void> {
    while (this.queue.length > 0) {
      const group = this.queue;
      this.queue = [];
      try {
        const answers = await this.commit(group.map((w) => w.request));
        group.forEach((w, i) => w.resolve(answers[i]!));
      } catch (error) {
        for (const w of group) w.reject(error);
      }
    }
    this.running = null;
  }
}
