import { Button } from "@/components/ui/form/button";
import { Command } from "@/components/ui/form/command";
import { Dialog } from "@/components/ui/overlay/dialog";
import { CodeBlock } from "@/components/ui/text/code-block";
import { Note } from "@/components/ui/text/note";
import { api } from "@/lib/paths";
import type { NewApiToken } from "@/lib/tokens/schema";

/** The only sight of a new token. Neither Escape nor a click beside it closes it by accident. */
export function NewToken({ token, onClose }: { token: NewApiToken; onClose: () => void }) {
  const example = `curl -H "Authorization: Bearer $SWITCHBOARD_TOKEN" ${window.location.origin}${api.models()}`;
  return (
    <Dialog
      title={`The token ${token.name} was made`}
      size="md"
      locked
      onClose={onClose}
      footer={
        <Button variant="primary" onClick={onClose}>
          I have copied it
        </Button>
      }
    >
      <div className="flex flex-col gap-3">
        <Note tone="warn" title="Copy it now: it is not shown again.">
          Only a hash of it is stored. Keep it where the script keeps its secrets.
        </Note>
        <CodeBlock title="API token" what="API token" text={token.token} />
        <div>
          <p className="text-sm text-ink-3">
            With the token in the script's environment, for instance:
          </p>
          <Command text={example} />
        </div>
        <p className="text-sm text-ink-3">
          It works until {token.expires_at.slice(0, 10)} (UTC) with the role {token.role}.
        </p>
      </div>
    </Dialog>
  );
}
