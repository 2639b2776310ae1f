import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type CollectionTag, parse, type ScalarTag } from "yaml";
import * as z from "zod";
import { root } from "../launch/root";

export const templateFile = join(root, "cloudformation.yaml");

const Resource = z.object({
  Type: z.string(),
  Condition: z.string().optional(),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
  Properties: z.record(z.string(), z.unknown()),
});

const Template = z.object({
  Parameters: z.record(z.string(), z.object({ Default: z.unknown() })),
  Conditions: z.record(z.string(), z.unknown()),
  Resources: z.record(z.string(), Resource),
});

export type Template = z.infer<typeof Template>;

/** The short forms of intrinsic functions that the template uses. */
const shortForms = ["Ref", "Sub", "GetAtt", "If", "Equals", "Not", "And", "Join", "Contains"];
const longForm = (name: string) => (name === "Ref" ? name : `Fn::${name}`);

const tags = shortForms.flatMap((name): (ScalarTag | CollectionTag)[] => [
  { tag: `!${name}`, resolve: (text) => ({ [longForm(name)]: text }) },
  {
    tag: `!${name}`,
    collection: "seq",
    resolve: (items) => ({ [longForm(name)]: items.toJSON() }),
  },
]);

/** Reads the CloudFormation template, with intrinsic functions in their long form. @throws ZodError */
export function readTemplate(): Template {
  return Template.parse(parse(readFileSync(templateFile, "utf8"), { customTags: tags }));
}
