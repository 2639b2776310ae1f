import type { ProviderId, Reply } from "./protocol";

/** The path of the simulator's own log of completions. */
export const callsPath = "/simulator/calls";

const maxCalls = 10_000;

interface LoggedCall {
  at: string;
  provider: ProviderId;
  model: string;
  tool: string | null;
  /** Tokens, cached input and reasoning included. */
  input_tokens: number;
  output_tokens: number;
}

/** The completions that the simulator answered, with its own counts; the newest 10,000. */
export class CallLog {
  readonly calls: LoggedCall[] = [];

  record({ provider, model, reply }: { provider: ProviderId; model: string; reply: Reply }): void {
    const { input, output, reasoning } = reply.usage;
    if (this.calls.length >= maxCalls) this.calls.shift();
    this.calls.push({
      at: new Date().toISOString(),
      provider,
      model,
      tool: reply.toolCall?.name ?? null,
      input_tokens: input,
      output_tokens: output + reasoning,
    });
  }
}
