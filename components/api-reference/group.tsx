import Link from "next/link";
import { PageHeader } from "@/components/shell/page-header";
import type { OpenApi } from "@/lib/api/document";
import { pages } from "@/lib/paths";
import { Endpoint } from "./endpoint";
import { type Group, groupsOf, schemasOf } from "./groups";
import { FieldTable, schemaAnchor } from "./parts";

/** The endpoints of one group, and the schemas that they use. */
export function ApiGroup({ api, slug }: { api: OpenApi; slug: string }) {
  const groups = groupsOf(api);
  const group = groups.find((entry) => entry.slug === slug);
  if (!group) return null;
  const schemas = schemasOf(api, group);
  return (
    <>
      <PageHeader
        title={group.name}
        trail={
          <Link href={pages.apiReference()} className="hover:underline">
            API reference
          </Link>
        }
      />
      <div className="grid gap-x-10 gap-y-5 xl:grid-cols-[minmax(0,56rem)_15rem]">
        <div className="min-w-0 xl:col-start-1 xl:row-start-1">
          {group.endpoints.map((endpoint) => (
            <Endpoint
              key={endpoint.operation.operationId}
              {...endpoint}
              server={api.servers[0]?.url ?? ""}
              components={api.components}
            />
          ))}
          {schemas.length > 0 && (
            <section aria-labelledby="schemas" className="mt-10">
              <h2 id="schemas" className="scroll-mt-4 text-lg font-semibold">
                Schemas
              </h2>
              {schemas.map(([name, schema]) => (
                <section key={name} aria-labelledby={schemaAnchor(name)} className="mt-6">
                  <h3 id={schemaAnchor(name)} className="mb-2 scroll-mt-4 font-mono font-semibold">
                    {name}
                  </h3>
                  <FieldTable label={`Fields of ${name}`} schema={schema} />
                </section>
              ))}
            </section>
          )}
        </div>
        <Contents groups={groups} current={group} hasSchemas={schemas.length > 0} />
      </div>
    </>
  );
}

type ContentsProps = { groups: readonly Group[]; current: Group; hasSchemas: boolean };

/** Beside the endpoints if there is space, otherwise above them. */
function Contents({ groups, current, hasSchemas }: ContentsProps) {
  return (
    <nav
      aria-label="API reference"
      className="-order-1 self-start rounded-lg border border-line bg-panel px-4 py-3 xl:sticky xl:top-5 xl:order-none xl:max-h-[calc(100dvh-2.5rem)] xl:overflow-y-auto"
    >
      <ul className="columns-xs gap-6 text-sm">
        {groups.map((group) => (
          <li key={group.slug} className="mb-1.5 break-inside-avoid">
            <Link
              href={pages.apiReference(group.slug)}
              prefetch={false}
              aria-current={group === current ? "page" : undefined}
              className="text-ink-2 hover:underline aria-[current]:font-medium aria-[current]:text-ink"
            >
              {group.name}
            </Link>
            {group === current && (
              <ul className="mt-1 mb-2 border-l border-line pl-3">
                {group.endpoints.map(({ operation: { operationId, summary } }) => (
                  <li key={operationId} className="py-0.5">
                    <a href={`#${operationId}`} className="text-ink-2 hover:underline">
                      {summary}
                    </a>
                  </li>
                ))}
                {hasSchemas && (
                  <li className="py-0.5">
                    <a href="#schemas" className="text-ink-2 hover:underline">
                      Schemas
                    </a>
                  </li>
                )}
              </ul>
            )}
          </li>
        ))}
      </ul>
    </nav>
  );
}
