import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RegoEngine, TemplateFile } from "@aws/cloudformation-validate";
import { expect, test } from "vitest";
import actions from "@/lib/aws/actions.json";
import { readEnvironment } from "@/lib/env";
import tables from "@/lib/setup/tables.json";
import measured from "../../../scripts/deploy/measured-memory.json";
import {
  compareWithPolicy,
  permissionOf,
  permissionsOf,
} from "../../../scripts/deploy/permissions";
import { readTemplate, templateFile } from "../../../scripts/deploy/template";
import { root } from "../../../scripts/launch/root";
import { imageVariables } from "../../support/image";

const template = readTemplate();
const resources = Object.values(template.Resources);
const sampleArn = {
  PriceCatalogArn: "arn:aws:s3:::catalogs/prices.json",
  KmsKeyArn: "arn:aws:kms:eu-west-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef",
  WebAcl: "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/a/01234567-89ab-cdef",
};
const ofType = (type: string) => resources.filter(({ Type }) => Type === type);

// It compiles its rules first, which takes seconds on a loaded machine.
test("AWS's own validator accepts the template", { timeout: 120_000 }, () => {
  const engine = new RegoEngine();
  const subnets = "subnet-01234567890abcdef,subnet-11234567890abcdef";
  const { status, diagnostics } = engine.validateStandard(new TemplateFile(templateFile), {
    severityLevel: "WARN",
    parameterOverrides: {
      LoadBalancerSubnets: subnets,
      ServiceSubnets: subnets,
      ...sampleArn,
    },
  });
  engine.free();
  expect(diagnostics.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
  expect(status).toBe("OK");
});

test("the template's tables are those that the local endpoint creates, kept and restorable", () => {
  const found = ofType("AWS::DynamoDB::Table").map(({ Properties }) => Properties);
  const expected = Object.values(tables).map(({ TableName, ...definition }) => ({
    ...definition,
    TableName: { "Fn::Sub": `${TableName}-\${EnvName}` },
    BillingMode: "PAY_PER_REQUEST",
    DeletionProtectionEnabled: true,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  }));
  const definitions = found.map(
    ({ TimeToLiveSpecification: _, SSESpecification: __, ...rest }) => rest,
  );
  expect(definitions).toEqual(expected);
});

test("a KMS key encrypts everything that the stack stores, and the console may use it", () => {
  const withKey = (value: unknown) => ({
    "Fn::If": ["HasKmsKey", value, { Ref: "AWS::NoValue" }],
  });
  const key = { Ref: "KmsKeyArn" };
  const tablesFound = ofType("AWS::DynamoDB::Table").map(({ Properties }) => Properties);
  expect(tablesFound).toHaveLength(3);
  for (const { SSESpecification } of tablesFound) {
    expect(SSESpecification).toEqual(
      withKey({ SSEEnabled: true, SSEType: "KMS", KMSMasterKeyId: key }),
    );
  }
  const others = [...ofType("AWS::SecretsManager::Secret"), ...ofType("AWS::Logs::LogGroup")];
  expect(others).toHaveLength(2);
  for (const { Properties } of others) expect(Properties.KmsKeyId).toEqual(withKey(key));
  expect([...permissionsOf(template).onRequest]).toContain("kms:Decrypt");
  expect(template.Parameters.KmsKeyArn?.Default).toBe("");
});

test("the web ACL is optional, and doesn't block what prompts and imports contain", () => {
  expect(template.Parameters.WebAcl?.Default).toBe("none");
  const [acl] = ofType("AWS::WAFv2::WebACL");
  const counted = [...JSON.stringify(acl).matchAll(/"Name":"(\w+_BODY)","ActionToUse":{"Count"/g)];
  expect(counted.map(([, name]) => name).toSorted()).toEqual([
    "CrossSiteScripting_BODY",
    "EC2MetaDataSSRF_BODY",
    "GenericLFI_BODY",
    "GenericRFI_BODY",
    "SizeRestrictions_BODY",
  ]);
  expect(ofType("AWS::WAFv2::WebACLAssociation").map(({ Condition }) => Condition)).toEqual([
    "HasWebAcl",
  ]);
});

test("every log metric matches a line that is logged, and every alarm says what to look at", () => {
  const alarms = ofType("AWS::CloudWatch::Alarm");
  const metrics = ofType("AWS::Logs::MetricFilter").map(({ Properties }) => Properties);
  const namesOf = (text: string) =>
    [...text.matchAll(/"MetricName":"(\w+)"/g)].map(([, name]) => name);
  const alarmed = namesOf(JSON.stringify(alarms));
  for (const name of [
    "RequestMs",
    "EventLoopDelayMs",
    "RefusedSignIns",
    "HTTPCode_Target_5XX_Count",
  ]) {
    expect(alarmed).toContain(name);
  }
  expect(namesOf(JSON.stringify(metrics)).toSorted()).toEqual([
    "EventLoopDelayMs",
    "RefusedSignIns",
    "RequestMs",
    "ResidentMemory",
    "ServerErrors",
  ]);
  for (const { Properties, Condition } of alarms) {
    expect(Condition).toBe("HasService");
    expect(Properties.AlarmDescription).toMatch(/\w+ .*\./s);
  }
});

test("tables and secret are created only when asked for, and stay when the stack goes", () => {
  const kept = [...ofType("AWS::DynamoDB::Table"), ...ofType("AWS::SecretsManager::Secret")];
  expect(kept).toHaveLength(4);
  for (const { Condition = "", DeletionPolicy, UpdateReplacePolicy } of kept) {
    expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(["Retain", "Retain"]);
    const condition = template.Conditions[Condition];
    expect(condition).toEqual({ "Fn::Equals": [{ Ref: expect.any(String) }, "create"] });
    // Just held to that shape.
    const [{ Ref }] = (condition as { "Fn::Equals": [{ Ref: string }] })["Fn::Equals"];
    expect(template.Parameters[Ref]?.Default).toBe("existing");
  }
});

test("with its defaults the template makes a policy and a role, and nothing else", () => {
  const unconditional = resources.filter(({ Condition }) => Condition === undefined);
  expect(unconditional.map(({ Type }) => Type).toSorted()).toEqual([
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Role",
  ]);
});

test("the policy allows what the console tries out for itself, and nothing else", () => {
  const places: Record<string, string> = {
    models_table: "LLMModels-x",
    agents_table: "AgentRegistry-x",
    tools_table: "ToolRegistry-x",
    management_table: "ModelManagement-x",
    management_index: "ModelManagement-x/index/by-day",
  };
  const needed = actions
    .filter(({ resource }) => !["compared_secrets", "alarm_topic"].includes(resource))
    .map(({ action, resource }) => permissionOf(action, places[resource] ?? "*"));
  const { always, onRequest } = permissionsOf(template);
  expect([...always].toSorted()).toEqual([...new Set(needed)].toSorted());
  expect([...onRequest].toSorted()).toEqual([
    "bedrock:CallWithBearerToken",
    "bedrock:InvokeModel",
    "bedrock:InvokeModelWithResponseStream",
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "s3:GetObject",
    "secretsmanager:GetSecretValue",
    "sns:Publish",
    "states:StartExecution",
    "states:StopExecution",
  ]);
});

test("runs are started on the machines that are named, never on all", () => {
  const policy = JSON.stringify(template.Resources.ConsolePolicy);
  expect(policy).toContain('"Action":"states:StartExecution","Resource":{"Ref":"AllowRuns"}');
  expect(template.Parameters.AllowRuns?.Default).toBe("");
});

test("an action missing from the policy and one that isn't needed are both named", () => {
  const permissions = permissionsOf(template);
  const all = [...permissions.always].filter(
    (permission) => !permission.includes("Scan agents_table"),
  );
  const names: Record<string, string> = {
    models_table: "LLMModels-prod",
    agents_table: "AgentRegistry-t-1-t",
    tools_table: "ToolRegistry-t-1-t",
    management_table: "ModelManagement-prod",
    management_index: "ModelManagement-prod/index/by-day",
  };
  const log = all.map((permission) => {
    const [action, place = "*"] = permission.split(" ");
    return `${action} ${names[place] ?? place}\n`;
  });
  const comparison = compareWithPolicy(
    `${log.join("")}dynamodb:DeleteTable LLMModels-prod\n`,
    permissions,
  );
  expect(comparison).toEqual({
    refused: ["dynamodb:DeleteTable models_table"],
    unused: ["dynamodb:Scan agents_table"],
  });
});

test("the console takes every variable that the service sets", () => {
  const text = JSON.stringify(template.Resources.TaskDefinition?.Properties);
  const names = [...text.matchAll(/"Name":"([A-Z][A-Z_]+)"/g)].map(([, name = ""]) => name);
  const values: Record<string, string> = {
    AWS_REGION: "eu-west-1",
    BEDROCK_REGION: "eu-west-1",
    NEXTAUTH_SECRET: "a secret of the tests, long enough",
    SHUTDOWN_TIMEOUT_MS: "110000",
    ALLOW_RUNS: "true",
    PRICE_CATALOG: "s3://catalogs/prices.json",
    ALARM_TOPIC_ARN: "arn:aws:sns:eu-west-1:123456789012:budgets",
  };
  const sampleOf = (name: string) => (/URL$|ISSUER$/.test(name) ? "https://a.example" : "anything");
  const source = Object.fromEntries(names.map((name) => [name, values[name] ?? sampleOf(name)]));
  const variables = Object.keys(readEnvironment({ ...source, NODE_ENV: "production" }));
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => !variables.includes(name))).toEqual([]);
});

test("a task has twice the memory that a copy was measured to use", () => {
  const properties = JSON.stringify(template.Resources.TaskDefinition?.Properties);
  const task = Number(/"Memory":"(\d+)"/.exec(properties)?.[1]);
  expect(task).toBeGreaterThanOrEqual(2 * measured.peak_mb);
  const dockerfile = readFileSync(join(root, "Dockerfile"), "utf8");
  expect(dockerfile).toContain(`node:${measured.node}-`);
});

test("the times and ports of image, service and load balancer fit together", () => {
  const dockerfile = readFileSync(join(root, "Dockerfile"), "utf8");
  const inImage = (name: string) => Number(new RegExp(`\\b${name}=(\\d+)`).exec(dockerfile)?.[1]);
  const inTemplate = (pattern: RegExp) => Number(pattern.exec(JSON.stringify(template))?.[1]);
  const idle = inTemplate(/"idle_timeout.timeout_seconds","Value":"(\d+)"/) * 1_000;
  const { COMPLETION_TIMEOUT_MS } = readEnvironment({
    NODE_ENV: "production",
    AWS_REGION: "eu-west-1",
    NEXTAUTH_URL: "https://a.example",
    NEXTAUTH_SECRET: "a secret of the tests, long enough",
  });
  const shutdown = inTemplate(/"SHUTDOWN_TIMEOUT_MS","Value":"(\d+)"/);
  const stop = inTemplate(/"StopTimeout":(\d+)/) * 1_000;
  const deregistration = inTemplate(/"deregistration_delay.timeout_seconds","Value":"(\d+)"/);

  expect(idle).toBeGreaterThan(COMPLETION_TIMEOUT_MS);
  expect(inImage("KEEP_ALIVE_TIMEOUT")).toBeGreaterThan(idle);
  expect(shutdown).toBeGreaterThan(COMPLETION_TIMEOUT_MS);
  expect(stop).toBeGreaterThan(shutdown);
  expect(deregistration * 1_000).toBeGreaterThan(COMPLETION_TIMEOUT_MS);
  const ports = [/"ContainerPort":(\d+),"Protocol"/, /"HTTP","Port":(\d+),"HealthCheckPath/];
  expect(ports.map(inTemplate)).toEqual([inImage("PORT"), inImage("PORT")]);
});

test("tests run the image's files with the image's own variables", () => {
  const dockerfile = readFileSync(join(root, "Dockerfile"), "utf8");
  const image = dockerfile.slice(dockerfile.lastIndexOf("FROM "));
  for (const [name, value] of Object.entries(imageVariables)) {
    const quoted = value.includes(" ") ? `"${value}"` : value;
    if (name !== "HOSTNAME") expect(image).toContain(`${name}=${quoted}`);
  }
});
