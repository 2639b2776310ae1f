import { randomUUID } from "node:crypto";
import { z } from "zod";
import { AwsError, unknownOperation } from "./aws-error";
import type { AwsService } from "./aws-service";

/** A message has at most 256 KB, a subject at most 100 characters of ASCII in one line (API reference, Publish). */
const maxMessageBytes = 262_144;
const subject = /^[\x21-\x7e][\x20-\x7e]{0,99}$/;
const topic = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w.-]{1,256}$/;

const Publish = z.object({
  TopicArn: z.string().optional(),
  Message: z.string().default(""),
  Subject: z.string().optional(),
});

/** SNS's Publish: every well-formed topic exists and has no subscriber. */
export const notificationService: AwsService = {
  targetPrefix: "AmazonSimpleNotificationService.",
  contentType: "application/x-amz-json-1.0",
  query: {
    version: "2010-03-31",
    namespace: "http://sns.amazonaws.com/doc/2010-03-31/",
    operations: ["Publish"],
  },
  handle: async (operation, body) => {
    if (operation !== "Publish") throw unknownOperation();
    const { TopicArn = "", Message, Subject } = Publish.parse(body);
    if (!topic.test(TopicArn)) throw invalid("TopicArn");
    if (Message === "") throw invalid("Empty message");
    if (Buffer.byteLength(Message) > maxMessageBytes) throw invalid("Message too long");
    if (Subject !== undefined && !subject.test(Subject)) throw invalid("Subject");
    return { MessageId: randomUUID() };
  },
  close: async () => undefined,
};

function invalid(what: string): AwsError {
  const code = "InvalidParameterException";
  return new AwsError(code, `Invalid parameter: ${what}`, {}, 400, "", "InvalidParameter");
}
