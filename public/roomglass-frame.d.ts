// What a provider's page can ask of the chat around it, and be told by it.

export interface RoomDetails { id: number; name: string; privacy: "public" | "private"; topic: string }
export interface Participant {
  id: number; name: string; mention_name: string; is_admin: boolean; is_guest: boolean; photo_url: string | null;
  presence: { show: "chat" | "away" | "unavailable"; is_online: boolean };
}
export interface ChatToOpen { roomId?: number; roomName?: string; userId?: number; userMentionName?: string; message?: string }
export interface DialogOptions {
  primaryAction?: DialogAction; secondaryActions?: DialogAction[]; hint?: string | { value: string };
  filter?: { placeholder: string | { value: string } };
}
export interface DialogAction { key?: string; name?: string | { value: string }; enabled?: boolean }
export interface PageToOpen {
  key: string; parameters?: unknown; urlTemplateValues?: Record<string, string>;
  options?: { title?: string; options?: DialogOptions };
}
/** The first file of a message, or else its first link. `url` and `thumb_url` of a file open it for an hour. */
export type Media =
  | { type: "link"; url: string }
  | { type: "image" | "video" | "file"; name: string; size: number; url: string; thumb_url?: string };
export interface FileToView { url: string; name?: string; type?: string }
/** The message a control was chosen on; empty for controls of the input field. */
export interface MessageParameters {
  mid?: string; body?: string; type?: "message" | "notification"; metadata?: unknown;
  sender?: { id: number | string; name: string; mention?: string }; media?: Media;
}
/** Answers an event; for `dialog-button-click`, `false` keeps the dialog open. */
export type Reply = (keepsOpen?: boolean) => void;
/** By the name of the event: the key of a control, `receive-parameters`, `dialog-button-click`, `dialog-filter-changed`, … */
export type Handlers = Record<string, (payload: any, reply: Reply) => void>;

export const auth: { withToken(): Promise<string> };
export const room: {
  getRoomDetails(): Promise<RoomDetails>;
  getParticipants(): Promise<{ guests: Participant[]; members: Participant[] }>;
  open(chat: ChatToOpen): Promise<null>;
  /** Shows the dialog in which rooms are made, filled in; the person decides. */
  create(name?: string, topic?: string, privacy?: "public" | "private"): Promise<null>;
  /** Shows the dialog in which people are added to the room, with these; the person decides. */
  invite(users: number | number[]): Promise<null>;
};
export const user: { getCurrentUser(): Promise<Participant>; open(chat: ChatToOpen): Promise<null> };
export const sidebar: { openView(page: PageToOpen): Promise<null>; closeView(): Promise<null> };
export const dialog: {
  open(page: PageToOpen): Promise<null>;
  update(change: { title?: string; options?: DialogOptions }): Promise<null>;
  updatePrimaryAction(change: DialogAction): Promise<null>;
  close(): Promise<null>;
};
export const chat: {
  appendMessage(text: string): Promise<null>;
  focus(): Promise<null>;
  /** Puts a file (a `data:` address in base64, up to nine megabytes) to the message that is being written. */
  addFileForUploadWithBase64(data: string, name: string): Promise<null>;
};
/** Shows a file and, from there, those of the list: pictures of the chat itself; others are linked to. */
export const file: { openInFileViewer(file: FileToView, list?: FileToView[]): Promise<null> };
export function register(handlers: Handlers): void;
export function broadcast(event: string, payload?: unknown): void;
