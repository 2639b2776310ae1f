const removed = "[key removed]";
const { raw } = String;

/**
 * Unmistakable key formats, from the rules of secret scanners (github.com/gitleaks/gitleaks,
 * config/gitleaks.toml) and the services' documentation. None has a lookahead, so that a text is
 * searched in one pass. They are strings, because recheck takes minutes to verify patterns with long
 * repeats.
 */
const forms = [
  // Models
  raw`sk-(?:ant|proj|svcacct|admin|None|or-v1|lf)-[\w-]{20,}`,
  raw`sk-[A-Za-z0-9]{32,}`,
  raw`AIza[\w-]{30,}`,
  raw`AQ\.[\w-]{30,}`,
  raw`ABSK[A-Za-z0-9+/]{20,}=*`,
  raw`bedrock-api-key-[\w+/=-]{20,}`,
  raw`xai-\w{20,}`,
  raw`(?:gsk|hf|r8)_[A-Za-z0-9]{24,}`,
  raw`(?:pplx|nvapi)-[\w-]{32,}`,
  // Code and packages
  raw`gh[oprsu]_[A-Za-z0-9]{20,}`,
  raw`github_pat_\w{20,}`,
  raw`gl(?:pat|dt|rt|ptt|oas|cbt|ft|imt|agent|soat)-[\w-]{16,}`,
  raw`npm_[A-Za-z0-9]{30,}`,
  raw`pypi-[\w-]{50,}`,
  raw`dckr_[a-z]{3}_[\w-]{20,}`,
  // Clouds
  raw`A(?:KIA|SIA|BIA|CCA)[A-Z2-7]{16}`,
  raw`(?:IQoJ|FwoG|FQoG)[\w+/=%-]{80,}`,
  raw`GOCSPX-[\w-]{20,}`,
  raw`ya29\.[\w-]{20,}`,
  raw`do[opr]_v1_[0-9a-f]{32,}`,
  raw`dapi[0-9a-f]{32}`,
  raw`hv[brs]\.[\w-]{20,}`,
  // Services
  raw`xox[a-z](?:\.xox[a-z])?-[\w-]{10,}`,
  raw`xapp-\d-[\w-]{20,}`,
  raw`https://hooks\.slack\.com/(?:services|workflows|triggers)/[\w/-]{10,}`,
  raw`[rs]k_(?:live|test)_[A-Za-z0-9]{10,}`,
  raw`whsec_[A-Za-z0-9+/=]{20,}`,
  raw`SG\.[\w-]{16,}\.[\w-]{16,}`,
  raw`SK[0-9a-f]{32}`,
  raw`shp[a-z]{2}_[0-9a-fA-F]{32}`,
  raw`ATATT3[\w=-]{50,}`,
  raw`gl(?:sa|c)_[\w+/=]{30,}`,
];

/**
 * In JSON, a key at the beginning of a line follows a letter, `\nghp_…`; in a query, it follows
 * `%3D`.
 */
const before = raw`(\\[bfnrt]|%[0-9A-Fa-f]{2}|\b)`;
const ofForm = new RegExp(`${before}(?:${forms.join("|")})`, "g");

const begin = "-----BEGIN ";
const ofPrivateKey = /^(?:[A-Z]+ )?PRIVATE KEY(?: BLOCK)?-----/;
/** The lines that may follow in a private key whose end is missing. */
const keyLines = /^[\w\s+/=\\:,.-]*/;

function removePrivateKeys(text: string): string {
  const [first = "", ...blocks] = text.split(begin);
  const rest = blocks.map((block) => {
    if (!ofPrivateKey.test(block)) return begin + block;
    const end = block.indexOf("-----END ");
    if (end < 0) return removed + block.replace(keyLines, "");
    const after = block.indexOf("-----", end + 5);
    return after < 0 ? removed : removed + block.slice(after + 5);
  });
  return [first, ...rest].join("");
}

/** JSON in base64; with more parts behind a dot it's a token (RFC 7519). */
const token = /eyJ[\w-]+(?:\.[\w-]*)*/g;
const isToken = (text: string) => /^[\w-]{12,}\.[\w-]{10}/.test(text);

/** Values in a header, after a secret's name, or before the host in a URL. */
const named = [
  /(bearer\s+)([\w.~+/-]+=*)/gi,
  /(authorization["'\\\s]*[:=]["'\\\s]*basic\s+)([a-z0-9+/]+=*)/gi,
  /((?:api|secret|access|account|private)[_-]?key["'\\\s]*[:=]["'\\\s]*)([^\s"'\\&,;<>{}[\]$:=]+=*)/gi,
  /((?:access|refresh|auth|session|id)[_-]?token["'\\\s]*[:=]["'\\\s]*)([^\s"'\\&,;<>{}[\]$:=]+=*)/gi,
  /((?:client[_-]?secret|password)["'\\\s]*[:=]["'\\\s]*)([^\s"'\\&,;<>{}[\]$:=]+=*)/gi,
  /(:\/\/[^\s:/@"'\\]+:)([^\s:/@"'\\]+@)/g,
];
/** Words contain no digits, and shorter values are rarely keys. */
const isSecret = (value: string) => value.length >= minLength && /\d/.test(value);
const minLength = 8;

/** The text without anything that looks like a key, a token or a private key. */
export function removeKeyForms(text: string): string {
  const rest = removePrivateKeys(text)
    .replace(token, (found) => (isToken(found) ? removed : found))
    .replace(ofForm, `$1${removed}`);
  return named.reduce(
    (left, pattern) =>
      left.replace(pattern, (found: string, name: string, value: string) =>
        isSecret(value) ? name + removed + (value.endsWith("@") ? "@" : "") : found,
      ),
    rest,
  );
}
