import type { ReactNode } from "react";
import { Tag } from "@/components/ui/text/tag";
import type { Content, JsonSchema, OpenApi, Operation, Parameter } from "@/lib/api/document";
import { curlOf } from "./curl";
import { limitsOf, nameOfRef, typeOf } from "./fields";
import { FieldTable, Prose, RowTable, TypeLabel } from "./parts";

type Props = {
  path: string;
  method: string;
  operation: Operation;
  server: string;
  components: OpenApi["components"];
};

/** An endpoint's parameters, body, answers, refusals and example. */
export function Endpoint({ path, method, operation, server, components }: Props) {
  const { operationId, summary, description, parameters, requestBody } = operation;
  const role = operation["x-role"];
  const of = (part: string) => `${part} of “${summary}”`;
  return (
    <section
      aria-labelledby={operationId}
      className="mt-6 border-t border-line pt-5 first:mt-0 first:border-t-0 first:pt-0"
    >
      <h2 id={operationId} className="scroll-mt-4 font-semibold">
        {summary}
      </h2>
      <p className="mt-1 flex flex-wrap items-center gap-2">
        <Tag tone={method === "get" ? "neutral" : "accent"}>{method.toUpperCase()}</Tag>
        <code className="font-mono wrap-anywhere">{path}</code>
        <Tag>{role ?? "open"}</Tag>
      </p>
      {description && (
        <p className="mt-2 text-ink-2">
          <Prose text={description} />
        </p>
      )}
      {parameters.length > 0 && (
        <Part title="Parameters">
          <RowTable label={of("Parameters")} rows={parameters.map(rowOfParameter)} />
        </Part>
      )}
      {requestBody && (
        <Part title={requestBody.required ? "Body" : "Body, optional"}>
          <Body
            label={of("Body")}
            content={requestBody.content}
            components={components}
            isRequest
          />
        </Part>
      )}
      {Object.entries(operation.responses).map(([status, declared]) => {
        const response =
          "$ref" in declared ? components.responses[nameOfRef(declared.$ref)] : declared;
        return Number(status) < 400 ? (
          <Part key={status} title={`Answer ${status}`}>
            <p className="mb-2 text-ink-2">{response?.description}</p>
            <Body
              label={of(`Answer ${status}`)}
              content={response?.content ?? {}}
              components={components}
            />
          </Part>
        ) : null;
      })}
      <Refusals operation={operation} components={components} />
      <Part title="Example">
        <Code text={curlOf(server, path, method, operation)} />
        <ExampleAnswer operation={operation} />
      </Part>
    </section>
  );
}

function rowOfParameter({ name, in: place, schema, required, description = "" }: Parameter) {
  return {
    name,
    type: [`${place}: `, ...typeOf(schema)],
    isRequired: required,
    description: [description, ...limitsOf(schema)].join(" "),
  };
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <>
      <h3 className="mt-4 mb-1.5 text-sm font-medium text-ink-3">{title}</h3>
      {children}
    </>
  );
}

type BodyProps = {
  label: string;
  content: Content;
  components: OpenApi["components"];
  /** Named schemas are shown once per page; request bodies also in place. */
  isRequest?: boolean;
};

function Body({ label, content, components, isRequest = false }: BodyProps) {
  return Object.entries(content).map(([type, { schema }]) => (
    <div key={type} className="mb-2">
      <p className="mb-1 text-sm text-ink-2">
        <code className="font-mono">{type}</code>
        {schema.$ref && (
          <>
            {": "}
            <TypeLabel type={typeOf(schema)} />
          </>
        )}
      </p>
      {type === "application/json" && (isRequest || !schema.$ref) && (
        <FieldTable label={label} schema={resolved(schema, components)} />
      )}
      {type === "text/event-stream" && <EventSchema schema={schema} />}
    </div>
  ));
}

/** `x-event-schema` is ours: OpenAPI 3.1 can't describe the schema of an event. */
function EventSchema({ schema }: { schema: JsonSchema }) {
  const name = schema["x-event-schema"];
  if (typeof name !== "string") return null;
  return (
    <p className="text-ink-2">
      Server-sent events: <TypeLabel type={[{ schema: nameOfRef(name) }]} />
    </p>
  );
}

function resolved(schema: JsonSchema, { schemas }: OpenApi["components"]): JsonSchema {
  return schema.$ref ? (schemas[nameOfRef(schema.$ref)] ?? schema) : schema;
}

function Refusals({ operation, components }: Pick<Props, "operation" | "components">) {
  const refusals = Object.entries(operation.responses).filter(([status]) => Number(status) >= 400);
  return (
    <Part title="Refusals">
      <ul className="text-ink-2">
        {refusals.map(([status, declared]) => {
          const response =
            "$ref" in declared ? components.responses[nameOfRef(declared.$ref)] : declared;
          return (
            <li key={status}>
              <span className="font-mono text-sm">{status}</span> {response?.description}
            </li>
          );
        })}
      </ul>
    </Part>
  );
}

function ExampleAnswer({ operation }: { operation: Operation }) {
  const response = operation.responses[200] ?? operation.responses[201];
  if (!response || "$ref" in response) return null;
  const example = response.content?.["application/json"]?.example;
  if (example === undefined) return null;
  return (
    <div className="mt-2">
      <Code text={JSON.stringify(example, null, 2)} />
    </div>
  );
}

function Code({ text }: { text: string }) {
  return (
    <pre className="rounded-md bg-sunken px-3 py-2 font-mono text-xs whitespace-pre-wrap wrap-anywhere">
      {text}
    </pre>
  );
}
