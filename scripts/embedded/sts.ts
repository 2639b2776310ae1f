import { unknownOperation } from "./aws-error";
import type { AwsService } from "./aws-service";

/** The account of every ARN of the local endpoint. */
const Account = "000000000000";

/** STS's operation that identifies the caller. Any credentials are accepted. */
export const securityTokenService: AwsService = {
  targetPrefix: "AWSSecurityTokenServiceV20110615.",
  contentType: "application/x-amz-json-1.1",
  query: {
    version: "2011-06-15",
    namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
    operations: ["GetCallerIdentity"],
  },
  handle: async (operation) => {
    if (operation !== "GetCallerIdentity") throw unknownOperation();
    return { UserId: "AIDALOCALSWITCHBOARD0", Account, Arn: `arn:aws:iam::${Account}:user/local` };
  },
  close: async () => undefined,
};
