// The node's API, with the token where one is asked for. It is kept for this tab only.

const key = "actorcron-token";

export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export const signIn = (token) => sessionStorage.setItem(key, token);

export const signOut = () => sessionStorage.removeItem(key);

export async function call(method, path, body) {
  const headers = {};
  const token = sessionStorage.getItem(key);
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), cache: "no-store", signal: AbortSignal.timeout(15000) });
  const text = await answer.text();
  let json = null;
  try {
    json = text ? JSON.parse(text) : null;
  } catch {
    // A proxy may answer with a page of its own.
  }
  if (!answer.ok) throw new Refusal(answer.status, json?.detail ?? `${answer.status} ${answer.statusText}`);
  return json;
}

export const get = (path) => call("GET", path);

export const post = (path, body) => call("POST", path, body);

export function query(path, values) {
  const filled = Object.entries(values).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return filled.length ? `${path}?${new URLSearchParams(filled)}` : path;
}

// Encoded whole, so that a slash belongs to the id.
export const idPath = (collection, id, action) => `/api/v1/${collection}/${encodeURIComponent(id)}${action ? `/${action}` : ""}`;
