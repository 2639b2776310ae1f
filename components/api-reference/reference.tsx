import type { ReactNode } from "react";
import { PageHeader } from "@/components/shell/page-header";
import { buttonClass } from "@/components/ui/form/button";
import { addressOf } from "@/lib/addresses";
import type { OpenApi, Operation } from "@/lib/api/document";
import { Endpoint } from "./endpoint";
import { FieldTable, groupAnchor, Prose, schemaAnchor } from "./parts";

type Described = { path: string; method: string; operation: Operation };

/** Every endpoint and schema of the API's description, as one page. */
export function ApiReference({ api }: { api: OpenApi }) {
  const all = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const groups = api.tags.map(({ name }) => ({
    name,
    endpoints: all.filter(({ operation }) => operation.tags.includes(name)),
  }));
  return (
    <>
      <PageHeader
        title="API reference"
        description="Every endpoint of this console's API"
        actions={
          <a href={addressOf("getOpenapi")} className={buttonClass("secondary")}>
            OpenAPI document
          </a>
        }
      />
      <div className="max-w-4xl">
        {api.info.description.split("\n\n").map((paragraph) => (
          <p key={paragraph} className="mb-2 text-ink-2">
            <Prose text={paragraph} />
          </p>
        ))}
        <Contents groups={groups} />
        {groups.map(({ name, endpoints }) => (
          <Section key={name} title={name} anchor={groupAnchor(name)}>
            {endpoints.map((endpoint) => (
              <Endpoint
                key={endpoint.operation.operationId}
                {...endpoint}
                server={api.servers[0]?.url ?? ""}
                components={api.components}
              />
            ))}
          </Section>
        ))}
        <Section title="Schemas" anchor="schemas">
          {Object.entries(api.components.schemas).map(([name, schema]) => (
            <section key={name} aria-labelledby={schemaAnchor(name)} className="mt-6">
              <h3 id={schemaAnchor(name)} className="mb-2 scroll-mt-4 font-mono font-semibold">
                {name}
              </h3>
              <FieldTable label={`Fields of ${name}`} schema={schema} />
            </section>
          ))}
        </Section>
      </div>
    </>
  );
}

type Group = { name: string; endpoints: Described[] };

function Contents({ groups }: { groups: readonly Group[] }) {
  return (
    <nav aria-label="Endpoints" className="mt-5 rounded-lg border border-line bg-panel px-4 py-3">
      <ul className="columns-xs gap-6">
        {groups.map(({ name, endpoints }) => (
          <li key={name} className="mb-3 break-inside-avoid">
            <a href={`#${groupAnchor(name)}`} className="font-medium hover:underline">
              {name}
            </a>
            <ul>
              {endpoints.map(({ operation: { operationId, summary } }) => (
                <li key={operationId}>
                  <a href={`#${operationId}`} className="text-sm text-ink-2 hover:underline">
                    {summary}
                  </a>
                </li>
              ))}
            </ul>
          </li>
        ))}
        <li>
          <a href="#schemas" className="font-medium hover:underline">
            Schemas
          </a>
        </li>
      </ul>
    </nav>
  );
}

type SectionProps = { title: string; anchor: string; children: ReactNode };

function Section({ title, anchor, children }: SectionProps) {
  return (
    <section aria-labelledby={anchor} className="mt-10">
      <h2 id={anchor} className="scroll-mt-4 text-lg font-semibold">
        {title}
      </h2>
      {children}
    </section>
  );
}
