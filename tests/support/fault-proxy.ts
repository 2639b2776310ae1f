import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { requireLoopback } from "./launched";
import { listen } from "./listen";

export type AwsCall = {
  /** Such as `UpdateSecretVersionStage`; for a REST call, method and path, unless a form names it. */
  operation: string;
  /** Services other than DynamoDB answer in the same format as Secrets Manager. */
  service: "dynamodb" | "secretsmanager";
  body: string;
};

type Answer = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
};

/** A request passed to a fault. */
type Exchange = {
  call: AwsCall;
  /** Sends the request to AWS. */
  forward: () => Promise<Answer>;
  reply: (answer: Answer) => void;
  /** Closes the connection without a response. */
  disconnect: () => void;
};
export type Fault = (exchange: Exchange) => Promise<void> | void;

type Match = {
  operation?: string;
  /** A part of the body, such as a table name. */
  containing?: string;
  /** Only this matching request, counted from 1; all if absent. */
  nth?: number;
  /** This matching request and all later ones. */
  from?: number;
};

function problem({ service }: AwsCall, status: number, type: string, more: object): Answer {
  const version = service === "dynamodb" ? "1.0" : "1.1";
  return {
    status,
    headers: { "content-type": `application/x-amz-json-${version}` },
    body: Buffer.from(JSON.stringify({ __type: type, ...more })),
  };
}

const dynamodbErrors = "com.amazonaws.dynamodb.v20120810";

/** AWS's response to requests above the rate limit. */
export const throttled: Fault = ({ call, reply }) => {
  if (call.service === "secretsmanager") {
    return reply(problem(call, 400, "ThrottlingException", { message: "Rate exceeded" }));
  }
  const message =
    "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.";
  const type = `${dynamodbErrors}#ProvisionedThroughputExceededException`;
  reply(problem(call, 400, type, { message }));
};

/** AWS throttles a transaction by canceling it, with the reason at one item. */
export const transactionThrottled: Fault = ({ call, reply }) => {
  // The fault is injected into TransactWriteItems.
  const { TransactItems } = JSON.parse(call.body) as { TransactItems: unknown[] };
  const reasons = TransactItems.map((_, index) =>
    index === 0 ? { Code: "ThrottlingError", Message: "Throughput exceeds" } : { Code: "None" },
  );
  const codes = reasons.map(({ Code }) => Code).join(", ");
  const Message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  const type = `${dynamodbErrors}#TransactionCanceledException`;
  reply(problem(call, 400, type, { Message, CancellationReasons: reasons }));
};

/** DynamoDB's response to a repeated transaction while the first is in progress. */
export const transactionInProgress: Fault = ({ call, reply }) => {
  const message = "Transaction with the given request token is already in progress";
  reply(problem(call, 400, `${dynamodbErrors}#TransactionInProgressException`, { message }));
};

/** DynamoDB writes nothing of a batch and returns it as unprocessed. */
export const unprocessed: Fault = ({ call, reply }) => {
  const { RequestItems } = JSON.parse(call.body); // The body of BatchWriteItem.
  const body = Buffer.from(JSON.stringify({ UnprocessedItems: RequestItems }));
  reply({ status: 200, headers: { "content-type": "application/x-amz-json-1.0" }, body });
};

/** AWS's response to a role whose policies don't name the action. */
export const denied = (action: string, resource: string): Fault => {
  const who = "arn:aws:sts::123456789012:assumed-role/switchboard/i-0";
  const message = `User: ${who} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
  const body = Buffer.from(JSON.stringify({ __type: "AccessDeniedException", message }));
  const headers = {
    "content-type": "application/x-amz-json-1.0",
    "x-amzn-errortype": "AccessDeniedException",
  };
  return ({ reply }) => reply({ status: 403, headers, body });
};

export const serverError: Fault = ({ call, reply }) => {
  const type =
    call.service === "dynamodb" ? `${dynamodbErrors}#InternalServerError` : "InternalServiceError";
  reply(problem(call, 500, type, { message: "Internal server error" }));
};

/** The request never reaches AWS. */
export const dropBeforeForward: Fault = ({ disconnect }) => disconnect();

/** AWS executes the request; the response is dropped. */
export const dropAfterForward: Fault = async ({ forward, disconnect }) => {
  await forward();
  disconnect();
};

/** Delays the response by this many milliseconds. */
export const slow = (milliseconds: number): Fault => {
  return async ({ forward, reply }) => {
    const answer = await forward();
    await delay(milliseconds);
    reply(answer);
  };
};

/** Runs `act` before the request is sent to AWS. */
export const between = (act: (call: AwsCall) => Promise<unknown>): Fault => {
  return async ({ call, forward, reply }) => {
    await act(call);
    reply(await forward());
  };
};

/** AWS executes the request; the client process is killed before the response. */
export const killAfterForward = (kill: () => void): Fault => {
  return async ({ forward, disconnect }) => {
    await forward();
    kill();
    disconnect();
  };
};

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}

type Upstreams = Record<AwsCall["service"], string>;

/** A proxy between the app and AWS's endpoints that injects faults into single requests. */
export async function startFaultProxy(upstreams: Upstreams) {
  for (const [name, url] of Object.entries(upstreams)) requireLoopback(name, url);
  const calls: AwsCall[] = [];
  let rules: { match: Match; fault: Fault; matched: number }[] = [];

  function faultFor(call: AwsCall): Fault | undefined {
    let fault: Fault | undefined;
    for (const rule of rules) {
      const { operation, containing, nth, from } = rule.match;
      if (operation && operation !== call.operation) continue;
      if (containing && !call.body.includes(containing)) continue;
      rule.matched += 1;
      const isSelected = from ? rule.matched >= from : nth === undefined || nth === rule.matched;
      if (isSelected) fault ??= rule.fault;
    }
    return fault;
  }

  async function forward(incoming: IncomingMessage, call: AwsCall): Promise<Answer> {
    const { host: _, ...headers } = incoming.headers;
    const outgoing = request(`${upstreams[call.service]}${incoming.url}`, {
      method: incoming.method,
      headers,
    });
    outgoing.end(call.body);
    const [answer] = (await once(outgoing, "response")) as [IncomingMessage]; // Node's event.
    const body = await bytesOf(answer);
    return { status: answer.statusCode ?? 502, headers: answer.headers, body };
  }

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = String(incoming.headers["x-amz-target"] ?? "");
    const rest = `${incoming.method} ${incoming.url?.split("?")[0]}`;
    const body = (await bytesOf(incoming)).toString();
    const call: AwsCall = {
      operation: target.split(".").at(-1) || (new URLSearchParams(body).get("Action") ?? rest),
      service: target.startsWith("DynamoDB") ? "dynamodb" : "secretsmanager",
      body,
    };
    calls.push(call);
    const exchange: Exchange = {
      call,
      forward: () => forward(incoming, call),
      reply: ({ status, headers, body }) => {
        response.writeHead(status, headers).end(body);
      },
      disconnect: () => incoming.socket.destroy(),
    };
    const fault = faultFor(call);
    if (fault) await fault(exchange);
    else exchange.reply(await exchange.forward());
  }

  const server = createServer((incoming, response) => {
    // Either side disconnected.
    handle(incoming, response).catch(() => incoming.socket.destroy());
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    /** Every request so far, in order. */
    calls,
    /** Injects a fault into matching requests; the first matching rule wins. @returns a remove function */
    inject(match: Match, fault: Fault): () => void {
      const rule = { match, fault, matched: 0 };
      rules.push(rule);
      return () => {
        rules = rules.filter((other) => other !== rule);
      };
    },
    /** Runs `act` once, before the first matching request is sent to AWS. */
    once(match: Omit<Match, "nth" | "from">, act: () => Promise<unknown>): void {
      const remove = this.inject(
        { ...match, nth: 1 },
        between(async () => {
          remove();
          await act();
        }),
      );
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
