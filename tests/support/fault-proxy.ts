import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { requireLoopback } from "./launched";

export type AwsCall = {
  /** Such as `UpdateSecretVersionStage`. */
  operation: string;
  service: "dynamodb" | "secretsmanager";
  body: string;
};

type Answer = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
};

/** One request of the app, in the hands of a fault. */
type Exchange = {
  call: AwsCall;
  /** AWS does what was asked. */
  forward: () => Promise<Answer>;
  reply: (answer: Answer) => void;
  /** The connection ends without an answer. */
  cut: () => void;
};
export type Fault = (exchange: Exchange) => Promise<void> | void;

type Match = {
  operation?: string;
  /** A part of the body, such as a table's name. */
  containing?: string;
  /** Which of the matching requests, from 1 on; all of them when not given. */
  nth?: number;
  /** This one of the matching requests and all that follow. */
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

/** What AWS answers when requests come too fast. */
export const throttled: Fault = ({ call, reply }) => {
  if (call.service === "secretsmanager") {
    return reply(problem(call, 400, "ThrottlingException", { message: "Rate exceeded" }));
  }
  const message =
    "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.";
  const type = `${dynamodbErrors}#ProvisionedThroughputExceededException`;
  reply(problem(call, 400, type, { message }));
};

/** How a transaction is throttled: it is cancelled, with the reason at one of its items. */
export const transactionThrottled: Fault = ({ call, reply }) => {
  // The body of TransactWriteItems.
  const { TransactItems } = JSON.parse(call.body) as { TransactItems: unknown[] };
  const reasons = TransactItems.map((_, index) =>
    index === 0 ? { Code: "ThrottlingError", Message: "Throughput exceeds" } : { Code: "None" },
  );
  const codes = reasons.map(({ Code }) => Code).join(", ");
  const Message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  const type = `${dynamodbErrors}#TransactionCanceledException`;
  reply(problem(call, 400, type, { Message, CancellationReasons: reasons }));
};

/** What DynamoDB says to a repeated transaction while the first is being carried out. */
export const stillInProgress: Fault = ({ call, reply }) => {
  const message = "Transaction with the given request token is already in progress";
  reply(problem(call, 400, `${dynamodbErrors}#TransactionInProgressException`, { message }));
};

/** Nothing of a batch was written: it comes back. */
export const unprocessed: Fault = ({ call, reply }) => {
  const { RequestItems } = JSON.parse(call.body); // The body of BatchWriteItem.
  const body = Buffer.from(JSON.stringify({ UnprocessedItems: RequestItems }));
  reply({ status: 200, headers: { "content-type": "application/x-amz-json-1.0" }, body });
};

export const serverError: Fault = ({ call, reply }) => {
  const type =
    call.service === "dynamodb" ? `${dynamodbErrors}#InternalServerError` : "InternalServiceError";
  reply(problem(call, 500, type, { message: "Internal server error" }));
};

/** The request never arrives. */
export const cutBefore: Fault = ({ cut }) => cut();

/** AWS has done what was asked; the answer is lost. */
export const cutAfter: Fault = async ({ forward, cut }) => {
  await forward();
  cut();
};

/** The answer comes after so many milliseconds. */
export const slow = (milliseconds: number): Fault => {
  return async ({ forward, reply }) => {
    const answer = await forward();
    await delay(milliseconds);
    reply(answer);
  };
};

/** Something else happens before the request goes on to AWS. */
export const between = (act: (call: AwsCall) => Promise<unknown>): Fault => {
  return async ({ call, forward, reply }) => {
    await act(call);
    reply(await forward());
  };
};

/** AWS has done what was asked, and then the one who asked is killed, before it hears of it. */
export const killAfter = (kill: () => void): Fault => {
  return async ({ forward, cut }) => {
    await forward();
    kill();
    cut();
  };
};

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part);
  return Buffer.concat(parts);
}

type Upstreams = Record<AwsCall["service"], string>;

/** Stands between the app and AWS's endpoints and does to single requests what a test says. */
export async function startFaultProxy(upstreams: Upstreams) {
  for (const [name, url] of Object.entries(upstreams)) requireLoopback(name, url);
  const calls: AwsCall[] = [];
  let rules: { match: Match; fault: Fault; seen: number }[] = [];

  function faultFor(call: AwsCall): Fault | undefined {
    let found: Fault | undefined;
    for (const rule of rules) {
      const { operation, containing, nth, from } = rule.match;
      if (operation && operation !== call.operation) continue;
      if (containing && !call.body.includes(containing)) continue;
      rule.seen += 1;
      const isMeant = from ? rule.seen >= from : nth === undefined || nth === rule.seen;
      if (isMeant) found ??= rule.fault;
    }
    return found;
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
    const target = String(incoming.headers["x-amz-target"]);
    const call: AwsCall = {
      operation: target.split(".").at(-1) ?? "",
      service: target.startsWith("DynamoDB") ? "dynamodb" : "secretsmanager",
      body: (await bytesOf(incoming)).toString(),
    };
    calls.push(call);
    const exchange: Exchange = {
      call,
      forward: () => forward(incoming, call),
      reply: ({ status, headers, body }) => {
        response.writeHead(status, headers).end(body);
      },
      cut: () => incoming.socket.destroy(),
    };
    const fault = faultFor(call);
    if (fault) await fault(exchange);
    else exchange.reply(await exchange.forward());
  }

  const server = createServer((incoming, response) => {
    // Whoever asked may be gone, or AWS may be: either way there is nobody to answer.
    handle(incoming, response).catch(() => incoming.socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A listening TCP server has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    /** Every request that has come, in order. */
    calls,
    /** Does this to the requests that match, until it is taken back; the first rule that fits wins. */
    inject(match: Match, fault: Fault): () => void {
      const rule = { match, fault, seen: 0 };
      rules.push(rule);
      return () => {
        rules = rules.filter((other) => other !== rule);
      };
    },
    /** This happens once, before the first request that matches goes on to AWS. */
    once(match: Omit<Match, "nth" | "from">, act: () => Promise<unknown>): void {
      const takeBack = this.inject(
        { ...match, nth: 1 },
        between(async () => {
          takeBack();
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
