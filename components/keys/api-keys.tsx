"use client";

import { useQuery } from "@tanstack/react-query";
import { parseAsStringLiteral } from "nuqs/server";
import { Card } from "@/components/ui/card";
import { Command } from "@/components/ui/form/command";
import { QueryBoundary } from "@/components/ui/query-boundary";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { EmptyState } from "@/components/ui/text/empty-state";
import { Note } from "@/components/ui/text/note";
import { useUrlState } from "@/components/ui/url-state";
import type { ProviderList, SecretFault } from "@/lib/keys/schema";
import { type ProviderId, providerIds } from "@/lib/providers/schema";
import { KeyForm } from "./key-form";
import { type KeyHistorySlot, KeyRows } from "./key-rows";
import { providerQueries } from "./queries";
import { SecretFindings } from "./secret-findings";

export type ApiKeysProps = {
  canWrite: boolean;
  /** Renders the history of one provider's key in a sheet. */
  history: KeyHistorySlot;
};

/**
 * The keys of all providers, and for admins the form that saves one. `?key_provider=bedrock` selects
 * a provider; `pages.apiKeys` builds such links.
 */
export function ApiKeys({ canWrite, history }: ApiKeysProps) {
  return (
    <div id="api-keys" className="scroll-mt-4 max-md:scroll-mt-16">
      <Card title="API keys">
        <Content canWrite={canWrite} history={history} />
      </Card>
    </div>
  );
}

function Content({ canWrite, history }: ApiKeysProps) {
  return (
    <QueryBoundary
      query={useQuery(providerQueries.list())}
      skeleton={<PanelSkeleton withForm={canWrite} />}
      errorTitle="The keys' states could not be read"
      empty={({ providers }) =>
        providers.length === 0 && (
          <EmptyState title="The console knows no provider">
            Its list of providers is part of the console: install it again.
          </EmptyState>
        )
      }
    >
      {(list) => <Panel list={list} canWrite={canWrite} history={history} />}
    </QueryBoundary>
  );
}

const parsers = { key_provider: parseAsStringLiteral(providerIds).withDefault("openai") };

function Panel({ list, canWrite, history }: ApiKeysProps & { list: ProviderList }) {
  const { providers, foreign_keys, secret_fault, bedrock_region } = list;
  const [{ key_provider: requested }, setState] = useUrlState(parsers);
  const select = (id: ProviderId | null) => setState({ key_provider: id });
  const selected = providers.find(({ id }) => id === requested) ?? providers[0];
  const noneStored = !secret_fault && providers.every(({ key }) => key.status === "missing");
  return (
    <>
      {canWrite && selected && (
        <KeyForm
          providers={providers}
          provider={selected}
          bedrockRegion={bedrock_region}
          onSelect={(id) => select(providerIds.find((provider) => provider === id) ?? null)}
        />
      )}
      {secret_fault && <SecretFaultNote fault={secret_fault} />}
      {noneStored && (
        <Note tone="info" title="No key is stored yet." className="mt-3">
          {canWrite
            ? "Choose a provider, paste its key, and agents and tests can call its models."
            : "An admin has to put one in before agents can call a model."}
        </Note>
      )}
      <SecretFindings providers={providers} foreignKeys={foreign_keys} canWrite={canWrite} />
      <KeyRows
        providers={providers}
        selectedId={canWrite ? selected?.id : undefined}
        bedrockRegion={bedrock_region}
        onSelect={canWrite ? select : undefined}
        history={history}
      />
    </>
  );
}

function FormSkeleton() {
  return (
    <Loading label="Loading the form">
      <Skeleton className="mb-2 h-2.5 w-16" />
      <Skeleton className="mb-4 h-7.5" />
      <Skeleton className="mb-2 h-2.5 w-20" />
      <Skeleton className="mb-4 h-7.5" />
      <Skeleton className="mb-4 h-7.5 w-32" />
    </Loading>
  );
}

function PanelSkeleton({ withForm }: { withForm: boolean }) {
  return (
    <>
      {withForm && <FormSkeleton />}
      <Loading label="Loading the keys' states">
        {providerIds.map((id) => (
          <div key={id} className="flex justify-between border-t border-line py-3.5">
            <Skeleton className="h-2.5 w-24" />
            <Skeleton className="h-2.5 w-14" />
          </div>
        ))}
      </Loading>
    </>
  );
}

const titles = {
  not_json: "No key can be read: the secret is not a JSON object.",
  deleted: "No key can be read: the secret is scheduled for deletion.",
};

/** Why the secret's keys can't be read, and the command that fixes it. */
function SecretFaultNote({ fault: { name, kind, command } }: { fault: SecretFault }) {
  const until = kind === "deleted" ? "restored" : "repaired";
  return (
    <Note tone="bad" title={titles[kind]} live className="mt-3">
      Agents find no key in <span className="font-mono">{name}</span>, and nothing can be saved in
      it until it is {until}.{" "}
      {command ? (
        <>
          {kind === "deleted"
            ? "Every key is still in it. Restore it with:"
            : "The version before it can be read. Put it back with:"}
          <Command text={command} />
        </>
      ) : (
        "The version before it cannot be read either: write its text in Secrets Manager, one JSON object of strings."
      )}
    </Note>
  );
}
