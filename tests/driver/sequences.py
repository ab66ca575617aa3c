"""What terminals send, and the events of it, from the standards and the terminals' manuals.

ECMA-48; xterm's ctlseqs; the VT220 and VT510 manuals; the keyboard protocol of kitty; the manuals
of iTerm2, foot, tmux, PuTTY, mintty, rxvt-unicode and Windows Terminal; console_codes(4).
"""

from __future__ import annotations

from typing import NamedTuple


class Sent(NamedTuple):
    """Bytes, and their events: keys by Textual's name, others by class; "" if none."""

    name: str
    data: bytes
    events: str


def _read(source: str, table: str) -> list[Sent]:
    found = []
    for line in table.strip().splitlines():
        name, data, events = (part.strip() for part in line.split(" ¦ "))
        sent = data.encode("latin-1", "backslashreplace").decode("unicode_escape")
        found.append(Sent(f"{source}: {name}", sent.encode("latin-1"), events.removeprefix("-")))
    return found


KEYS = r"""
up ¦ \x1b[A ¦ up
down ¦ \x1b[B ¦ down
right ¦ \x1b[C ¦ right
left ¦ \x1b[D ¦ left
home ¦ \x1b[H ¦ home
end ¦ \x1b[F ¦ end
up, application ¦ \x1bOA ¦ up
down, application ¦ \x1bOB ¦ down
right, application ¦ \x1bOC ¦ right
left, application ¦ \x1bOD ¦ left
home, application ¦ \x1bOH ¦ home
end, application ¦ \x1bOF ¦ end
insert ¦ \x1b[2~ ¦ insert
delete ¦ \x1b[3~ ¦ delete
page up ¦ \x1b[5~ ¦ pageup
page down ¦ \x1b[6~ ¦ pagedown
back tab ¦ \x1b[Z ¦ shift+tab
F1 ¦ \x1bOP ¦ f1
F2 ¦ \x1bOQ ¦ f2
F3 ¦ \x1bOR ¦ f3
F4 ¦ \x1bOS ¦ f4
F5 ¦ \x1b[15~ ¦ f5
F6 ¦ \x1b[17~ ¦ f6
F7 ¦ \x1b[18~ ¦ f7
F8 ¦ \x1b[19~ ¦ f8
F9 ¦ \x1b[20~ ¦ f9
F10 ¦ \x1b[21~ ¦ f10
F11 ¦ \x1b[23~ ¦ f11
F12 ¦ \x1b[24~ ¦ f12
shift up ¦ \x1b[1;2A ¦ shift+up
alt up ¦ \x1b[1;3A ¦ alt+up
alt shift up ¦ \x1b[1;4A ¦ alt+shift+up
ctrl up ¦ \x1b[1;5A ¦ ctrl+up
ctrl shift up ¦ \x1b[1;6A ¦ ctrl+shift+up
ctrl alt up ¦ \x1b[1;7A ¦ alt+ctrl+up
ctrl alt shift up ¦ \x1b[1;8A ¦ alt+ctrl+shift+up
meta down ¦ \x1b[1;9B ¦ super+down
ctrl home ¦ \x1b[1;5H ¦ ctrl+home
ctrl end ¦ \x1b[1;5F ¦ ctrl+end
ctrl page up ¦ \x1b[5;5~ ¦ ctrl+pageup
ctrl page down ¦ \x1b[6;5~ ¦ ctrl+pagedown
shift insert ¦ \x1b[2;2~ ¦ shift+insert
ctrl delete ¦ \x1b[3;5~ ¦ ctrl+delete
shift F1 ¦ \x1b[1;2P ¦ shift+f1
ctrl F2 ¦ \x1b[1;5Q ¦ ctrl+f2
ctrl F3, as where the cursor is ¦ \x1b[1;5R ¦ -
ctrl F5 ¦ \x1b[15;5~ ¦ ctrl+f5
shift F12 ¦ \x1b[24;2~ ¦ shift+f12
keypad 5 off ¦ \x1b[E ¦ kp_begin
keypad enter ¦ \x1bOM ¦ enter
keypad star ¦ \x1bOj ¦ asterisk
keypad plus ¦ \x1bOk ¦ plus
keypad comma ¦ \x1bOl ¦ -
keypad minus ¦ \x1bOm ¦ minus
keypad 9 ¦ \x1bOy ¦ 9
keypad tab ¦ \x1bOI ¦ -
keypad space ¦ \x1bO\x20 ¦ -
keypad equals ¦ \x1bOX ¦ -
old modifiers after O ¦ \x1bO5A ¦ -
old modifiers after O, two numbers ¦ \x1bO1;2P ¦ -
old modifiers without the one ¦ \x1b[5D ¦ ctrl+left
"""
TYPED = r"""
enter ¦ \r ¦ enter
tab ¦ \t ¦ tab
backspace ¦ \x7f ¦ backspace
ctrl h ¦ \x08 ¦ backspace
ctrl space ¦ \x00 ¦ ctrl+@
ctrl a ¦ \x01 ¦ ctrl+a
ctrl c ¦ \x03 ¦ ctrl+c
ctrl j ¦ \n ¦ ctrl+j
ctrl u ¦ \x15 ¦ ctrl+u
ctrl backslash ¦ \x1c ¦ ctrl+backslash
ctrl underscore ¦ \x1f ¦ ctrl+underscore
escape ¦ \x1b ¦ escape
escape twice ¦ \x1b\x1b ¦ escape escape
m ¦ m ¦ m
M ¦ M ¦ M
bracket ¦ [ ¦ left_square_bracket
e acute ¦ \xc3\xa9 ¦ é
euro ¦ \xe2\x82\xac ¦ euro_sign
cyrillic soft sign ¦ \xd1\x8c ¦ ь
chinese ¦ \xe4\xb8\xad ¦ 中
studio microphone ¦ \xf0\x9f\x8e\x99 ¦ studio_microphone
e acute in Latin-1 ¦ \xe9 ¦ é
y diaeresis in Latin-1 ¦ \xff ¦ ÿ
A grave in Latin-1 ¦ \xc0 ¦ À
no letter in Latin-1 ¦ \xa7 ¦ -
no UTF-8, and a key ¦ \xe9m ¦ é m
a character cut for good, and a key ¦ \xe2\x82m ¦ â m
alt a ¦ \x1ba ¦ alt+a
alt m ¦ \x1bm ¦ alt+m
alt M ¦ \x1bM ¦ alt+shift+m
alt e acute ¦ \x1b\xc3\xa9 ¦ alt+é
alt b, as iTerm2 has it ¦ \x1bb ¦ ctrl+left
alt f, as iTerm2 has it ¦ \x1bf ¦ ctrl+right
alt enter ¦ \x1b\r ¦ enter
alt backspace ¦ \x1b\x7f ¦ ctrl+w
alt up, as iTerm2 and rxvt have it ¦ \x1b\x1b[A ¦ escape up
alt F3, as PuTTY has it ¦ \x1b\x1bOR ¦ escape f3
"""
OTHER_KEYS = r"""
shift A ¦ \x1b[27;2;65~ ¦ A
ctrl m ¦ \x1b[27;5;109~ ¦ ctrl+m
alt m ¦ \x1b[27;3;109~ ¦ alt+m
ctrl shift R ¦ \x1b[27;6;82~ ¦ ctrl+shift+r
ctrl enter ¦ \x1b[27;5;13~ ¦ ctrl+enter
shift enter ¦ \x1b[27;2;13~ ¦ shift+enter
ctrl tab ¦ \x1b[27;5;9~ ¦ ctrl+tab
alt escape ¦ \x1b[27;3;27~ ¦ alt+escape
shift space ¦ \x1b[27;2;32~ ¦ shift+space
ctrl dot ¦ \x1b[27;5;46~ ¦ ctrl+full_stop
no such modifiers ¦ \x1b[27;999;109~ ¦ -
no such character ¦ \x1b[27;5;1114112~ ¦ -
ctrl i, CSI u ¦ \x1b[105;5u ¦ ctrl+i
alt m, CSI u ¦ \x1b[109;3u ¦ alt+m
shift A, CSI u ¦ \x1b[65;2u ¦ A
"""
KITTY = r"""
a ¦ \x1b[97u ¦ a
m ¦ \x1b[109u ¦ m
m, with its text ¦ \x1b[109;;109u ¦ m
M, with its text ¦ \x1b[109;2;77u ¦ M
M, with what shift makes of it ¦ \x1b[109:77;2u ¦ M
M, all of it ¦ \x1b[109:77;2:1;77u ¦ M
caps lock M ¦ \x1b[109;65;77u ¦ M
m pressed ¦ \x1b[109;1:1u ¦ m
m repeated ¦ \x1b[109;1:2u ¦ m
m released ¦ \x1b[109;1:3u ¦ -
m released, with text ¦ \x1b[109;1:3;109u ¦ -
m in no such way ¦ \x1b[109;1:9u ¦ -
ctrl m ¦ \x1b[109;5u ¦ ctrl+m
ctrl m, with a text ¦ \x1b[109;5;109u ¦ ctrl+m
alt m, with a text ¦ \x1b[109;3;109u ¦ alt+m
option m on a Mac ¦ \x1b[109;3;181u ¦ µ
ctrl shift m ¦ \x1b[109;6u ¦ ctrl+shift+m
super m ¦ \x1b[109;9u ¦ super+m
two characters by one key ¦ \x1b[97;;97:98u ¦ a b
escape ¦ \x1b[27u ¦ escape
escape released ¦ \x1b[27;1:3u ¦ -
enter ¦ \x1b[13u ¦ enter
enter released ¦ \x1b[13;1:3u ¦ -
tab ¦ \x1b[9u ¦ tab
shift tab ¦ \x1b[9;2u ¦ shift+tab
backspace ¦ \x1b[127u ¦ backspace
down, pressed ¦ \x1b[1;1:1B ¦ down
down, repeated ¦ \x1b[1;1:2B ¦ down
down, released ¦ \x1b[1;1:3B ¦ -
page down, released ¦ \x1b[6;1:3~ ¦ -
ctrl up, repeated ¦ \x1b[1;5:2A ¦ ctrl+up
F3 ¦ \x1b[13~ ¦ f3
F13 ¦ \x1b[57376u ¦ f13
caps lock ¦ \x1b[57358u ¦ -
caps lock with a text ¦ \x1b[57358;;77u ¦ -
num lock ¦ \x1b[57360;129u ¦ -
left shift ¦ \x1b[57441;2u ¦ -
left shift released ¦ \x1b[57441;1:3u ¦ -
right alt ¦ \x1b[57449;3u ¦ -
level 3 ¦ \x1b[57453u ¦ -
keypad 1 ¦ \x1b[57400;;49u ¦ 1
keypad enter ¦ \x1b[57414u ¦ enter
keypad down ¦ \x1b[57420u ¦ down
media play ¦ \x1b[57428u ¦ media_play
cyrillic soft sign, at m ¦ \x1b[1100::109;;1100u ¦ ь
cyrillic soft sign, shifted ¦ \x1b[1100:1068:109;2;1068u ¦ Ь
cyrillic es with ctrl, at c ¦ \x1b[1089::99;5u ¦ ctrl+c
z, at y on a German keyboard ¦ \x1b[122::121;;122u ¦ z
a number too large ¦ \x1b[99999999999999999999u ¦ -
beyond Unicode ¦ \x1b[1114112u ¦ -
a surrogate ¦ \x1b[55296u ¦ -
a surrogate as text ¦ \x1b[97;;55296u ¦ a
a control character as text ¦ \x1b[97;;27u ¦ a
no number ¦ \x1b[;;109u ¦ -
too many numbers ¦ \x1b[109;1;109;109u ¦ -
modifiers too large ¦ \x1b[109;999999u ¦ -
unassigned private key ¦ \x1b[57500;;109u ¦ -
keyboard flags ¦ \x1b[?29u ¦ -
graphics answer ¦ \x1b_Gi=31;OK\x1b\\ ¦ -
graphics error ¦ \x1b_Gi=31,p=7;ENOENT:no such image\x1b\\ ¦ -
remote control answer ¦ \x1bP@kitty-cmd{"ok": true, "data": "mhdE"}\x1b\\ ¦ -
colours ¦ \x1b]21;foreground=rgb:dd/dd/dd;cursor=?\x1b\\ ¦ -
colour scheme ¦ \x1b[?997;1n ¦ -
notification answer ¦ \x1b]99;i=mynotification:p=close;m\x1b\\ ¦ -
clipboard answer ¦ \x1b]5522;type=read:status=OK;bWhk\x1b\\ ¦ -
pointer shape answer ¦ \x1b]22;1,0,pointer\x1b\\ ¦ -
version ¦ \x1bP>|kitty(0.35.2)\x1b\\ ¦ -
capability ¦ \x1bP1+r544e=787465726d2d6b69747479\x1b\\ ¦ -
"""
REPORTS = r"""
attributes of xterm ¦ \x1b[?64;1;2;6;9;15;16;17;18;21;22;28c ¦ -
attributes of a VT102 ¦ \x1b[?6c ¦ -
attributes of a VT220 ¦ \x1b[?62;1;2;6;7;8;9c ¦ -
second attributes ¦ \x1b[>41;390;0c ¦ -
third attributes ¦ \x1bP!|00000000\x1b\\ ¦ -
terminal is well ¦ \x1b[0n ¦ -
where the cursor is ¦ \x1b[12;40R ¦ -
where the cursor is, with a page ¦ \x1b[?12;40;1R ¦ -
no printer ¦ \x1b[?13n ¦ -
keys are unlocked ¦ \x1b[?20n ¦ -
keyboard is American ¦ \x1b[?27;1;0;0n ¦ -
no locator ¦ \x1b[?53n ¦ -
locator at rest ¦ \x1b[1;0;10;20;0&w ¦ -
checksum ¦ \x1bP1!~FFFF\x1b\\ ¦ -
setting ¦ \x1bP1$r0m\x1b\\ ¦ -
setting of the margins ¦ \x1bP1$r1;24r\x1b\\ ¦ -
no such setting ¦ \x1bP0$r\x1b\\ ¦ -
cursor information ¦ \x1bP1$u1;1;1;@;@;@;0;2;@;BBBB\x1b\\ ¦ -
tab stops ¦ \x1bP2$u9/17/25/33\x1b\\ ¦ -
capability ¦ \x1bP1+r436f=323536\x1b\\ ¦ -
no such capability ¦ \x1bP0+r6d68\x1b\\ ¦ -
version ¦ \x1bP>|XTerm(390)\x1b\\ ¦ -
synchronized output ¦ \x1b[?2026;2$y ¦ TerminalSupportsSynchronizedOutput
no synchronized output ¦ \x1b[?2026;0$y ¦ -
size reports ¦ \x1b[?2048;2$y ¦ InBandWindowResize
mode of paste ¦ \x1b[?2004;1$y ¦ -
insert mode ¦ \x1b[4;2$y ¦ -
terminal parameters ¦ \x1b[2;1;1;128;128;1;0x ¦ -
window is shown ¦ \x1b[1t ¦ -
window is an icon ¦ \x1b[2t ¦ -
window is at ¦ \x1b[3;10;-10t ¦ -
window in pixels ¦ \x1b[4;600;800t ¦ -
cell in pixels ¦ \x1b[6;18;9t ¦ -
window in cells ¦ \x1b[8;24;80t ¦ -
title ¦ \x1b]lmhd RULER\x1b\\ ¦ -
icon ¦ \x1b]Lmhd\x1b\\ ¦ -
colour 1 ¦ \x1b]4;1;rgb:cdcd/0000/0000\x07 ¦ -
foreground ¦ \x1b]10;rgb:e5e5/e5e5/e5e5\x1b\\ ¦ -
background ¦ \x1b]11;rgb:0000/0000/0000\x07 ¦ -
cursor colour ¦ \x1b]12;rgb:dddd/dddd/dddd\x1b\\ ¦ -
clipboard ¦ \x1b]52;c;bXV0ZSBoZXIgbm93\x1b\\ ¦ -
clipboard in one's own letters ¦ \x1b]52;c;h\xc3\xa9\xe2\x9c\x93m\x07 ¦ -
graphics attributes ¦ \x1b[?1;0;1024S ¦ -
focus in ¦ \x1b[I ¦ AppFocus
focus out ¦ \x1b[O ¦ AppBlur
size in band ¦ \x1b[48;24;80;480;800t ¦ Resize
size in band, with parts ¦ \x1b[48;24:1;80:2;480;800t ¦ Resize
no size in band ¦ \x1b[48;0;0;0;0t ¦ -
size in band too large ¦ \x1b[48;99999;99999;1;1t ¦ -
8-bit, attributes ¦ \x9b?64;1;2c ¦ -
8-bit, up ¦ \x9bA ¦ up
8-bit, F3 ¦ \x8fR ¦ f3
8-bit, version ¦ \x90>|mhd\x9c ¦ -
8-bit, colour ¦ \x9d11;rgb:0000/0000/0000\x9c ¦ -
8-bit, private message ¦ \x9emute\x9c ¦ -
8-bit, application ¦ \x9fGi=1;OK\x9c ¦ -
8-bit, start of string ¦ \x98mhd\x9c ¦ -
8-bit in UTF-8, down ¦ \xc2\x9bB ¦ down
start of string ¦ \x1bXmhdREL\x1b\\ ¦ -
private message ¦ \x1b^mhdREL\x1b\\ ¦ -
application ¦ \x1b_mhdREL\x1b\\ ¦ -
end of a string alone ¦ \x1b\\ ¦ -
8-bit end alone ¦ \x9c ¦ -
cancelled ¦ \x1b[12\x18 ¦ -
substituted ¦ \x1bPmh\x1a ¦ -
begun anew ¦ \x1b[12\x1b[A ¦ up
begun anew in a string ¦ \x1bP1$r\x1b[A ¦ up
"""
MOUSE = r"""
pressed ¦ \x1b[<0;20;8M ¦ MouseDown
released ¦ \x1b[<0;20;8m ¦ MouseUp
pressed with shift ¦ \x1b[<4;20;8M ¦ MouseDown
pressed with ctrl ¦ \x1b[<16;20;8M ¦ MouseDown
right button ¦ \x1b[<2;20;8M ¦ MouseDown
moved ¦ \x1b[<35;20;8M ¦ MouseMove
dragged ¦ \x1b[<32;20;8M ¦ MouseMove
wheel up ¦ \x1b[<64;20;8M ¦ MouseScrollUp
wheel down ¦ \x1b[<65;20;8M ¦ MouseScrollDown
wheel left ¦ \x1b[<66;20;8M ¦ MouseScrollLeft
wheel right ¦ \x1b[<67;20;8M ¦ MouseScrollRight
button for back ¦ \x1b[<128;20;8M ¦ -
far away ¦ \x1b[<35;1200;700M ¦ MouseMove
nowhere ¦ \x1b[<35;0;0M ¦ -
before the edge ¦ \x1b[<35;-1;-1M ¦ -
no number ¦ \x1b[<32;NaN;NaNM ¦ -
no number, small ¦ \x1b[<35;nan;nanM ¦ -
no end ¦ \x1b[<35;inf;-infm ¦ -
parts of a cell ¦ \x1b[<35;10.5;8.25M ¦ -
too large ¦ \x1b[<99999999;99999999;99999999M ¦ -
empty ¦ \x1b[<;;M ¦ -
of old, pressed ¦ \x1b[M\x20\x6d\x68 ¦ -
of old, released ¦ \x1b[M#mh ¦ -
of old, wheel ¦ \x1b[M`mR ¦ -
of old, beyond column 95 ¦ \x1b[M\x20\x80\xff ¦ -
of old, beyond what there is ¦ \x1b[M\x20\x00\x00 ¦ -
of old, 8-bit ¦ \x9bM\x20mh ¦ -
highlight begun and ended ¦ \x1b[tmh ¦ -
highlight ended elsewhere ¦ \x1b[Tmhmhmh ¦ -
of rxvt, pressed ¦ \x1b[32;20;8M ¦ -
of rxvt, released ¦ \x1b[35;20;8M ¦ -
"""
PASTES = r"""
text ¦ \x1b[200~hello\x1b[201~ ¦ Paste(hello)
verbs ¦ \x1b[200~mhd[]RLE\x1b[201~ ¦ Paste(mhd[]RLE)
lines ¦ \x1b[200~d\ry\n\x1b[201~ ¦ Paste(d\ry\n)
letters ¦ \x1b[200~\xc3\xa9\x1b[201~ ¦ Paste(é)
sequences in it ¦ \x1b[200~a\x1b[Am\x1b[201~ ¦ Paste(a[Am)
half an end in it ¦ \x1b[200~a\x1b[20m\x1b[201~ ¦ Paste(a[20m)
nothing ¦ \x1b[200~\x1b[201~ ¦ -
8-bit ¦ \x9b200~hello\x9b201~ ¦ Paste(hello)
the end alone ¦ \x1b[201~ ¦ Paste()
"""
TERMINALS = r"""
iTerm2, version ¦ \x1bP>|iTerm2 3.5.0\x1b\\ ¦ -
iTerm2, its name ¦ \x1b[ITERM2 3.5.0n ¦ AppFocus
iTerm2, cell size ¦ \x1b]1337;ReportCellSize=18.0;9.0;2.0\x1b\\ ¦ -
iTerm2, variable ¦ \x1b]1337;ReportVariable=bWhk\x07 ¦ -
iTerm2, capabilities ¦ \x1b]1337;Capabilities=T3CwLrMSc7UUw9Ts3BFGsSyHNoSxF\x1b\\ ¦ -
foot, version ¦ \x1bP>|foot(1.16.2)\x1b\\ ¦ -
foot, second attributes ¦ \x1b[>1;011602;0c ¦ -
foot, background with alpha ¦ \x1b]11;rgba:0000/0000/0000/e6e6\x1b\\ ¦ -
foot, application id ¦ \x1b]176;mhd\x1b\\ ¦ -
foot, colour scheme ¦ \x1b[?997;2n ¦ -
tmux, version ¦ \x1bP>|tmux 3.3a\x1b\\ ¦ -
tmux, attributes ¦ \x1b[?1;2;4c ¦ -
tmux, second attributes ¦ \x1b[>84;0;0c ¦ -
tmux, doubled escapes ¦ \x1bPtmux;\x1b\x1b]11;rgb:00/00/00\x07\x1b\\ ¦ -
screen, second attributes ¦ \x1b[>83;40900;0c ¦ -
PuTTY, attributes ¦ \x1b[?6c ¦ -
PuTTY, second attributes ¦ \x1b[>0;136;0c ¦ -
PuTTY, title ¦ \x1b]lPuTTY\x1b\\ ¦ -
PuTTY, F1 ¦ \x1b[11~ ¦ f1
PuTTY, F4 ¦ \x1b[14~ ¦ f4
PuTTY, home ¦ \x1b[1~ ¦ home
PuTTY, end ¦ \x1b[4~ ¦ end
PuTTY, shift F3 ¦ \x1b[25~ ¦ f13
PuTTY, F1 like SCO, and a mouse of old ¦ \x1b[M\x20\x21\x21 ¦ -
Windows Terminal, attributes ¦ \x1b[?61;4;6;7;14;21;22;23;24;28;32;42c ¦ -
Windows Terminal, second attributes ¦ \x1b[>0;10;1c ¦ -
Windows Terminal, a key of Windows ¦ \x1b[77;50;109;1;0;1_ ¦ -
Windows Terminal, a key of Windows released ¦ \x1b[77;50;109;0;0;1_ ¦ -
Windows console, tilde alone ¦ \x1b[~ ¦ home
Linux console, F1 ¦ \x1b[[A ¦ f1
Linux console, F3 ¦ \x1b[[C ¦ f3
Linux console, F5 ¦ \x1b[[E ¦ f5
Linux console, F13 ¦ \x1b[25~ ¦ f13
Linux console, F20 ¦ \x1b[34~ ¦ f20
Linux console, pause ¦ \x1b[P ¦ f1
Linux console, keypad 5 ¦ \x1b[G ¦ -
Linux console, attributes ¦ \x1b[?6c ¦ -
rxvt, shift home ¦ \x1b[7$ ¦ shift+home
rxvt, shift delete ¦ \x1b[3$ ¦ shift+delete
rxvt, ctrl delete ¦ \x1b[3^ ¦ ctrl+delete
rxvt, ctrl shift F11 ¦ \x1b[23@ ¦ ctrl+f21
rxvt, shift up ¦ \x1b[a ¦ shift+up
rxvt, shift left ¦ \x1b[d ¦ shift+left
rxvt, ctrl up ¦ \x1bOa ¦ ctrl+up
rxvt, keypad 1 ¦ \x1bOq ¦ 1
rxvt, version ¦ \x1b]702;rxvt-unicode;urxvt;9;3\x1b\\ ¦ -
mintty, ctrl 1 ¦ \x1b[1;5q ¦ ctrl+1
mintty, escape as a key of its own ¦ \x1bO[ ¦ -
mintty, second attributes ¦ \x1b[>77;30701;0c ¦ -
mintty, font ¦ \x1b]7770;12\x1b\\ ¦ -
VT220, find ¦ \x1b[1~ ¦ home
VT220, do ¦ \x1b[29~ ¦ f16
VT220, help ¦ \x1b[28~ ¦ f15
VT220, F14 ¦ \x1b[26~ ¦ f14
VT220, PF4 ¦ \x1bOS ¦ f4
VT510, keys of the user ¦ \x1bP1;1|17/6d68\x1b\\ ¦ -
VT510, locator ¦ \x1b[2;4;10;20;0&w ¦ -
WezTerm, version ¦ \x1bP>|WezTerm 20240203\x1b\\ ¦ -
WezTerm, option 2 ¦ \x1b2 ¦ trade_mark_sign
Ghostty, version ¦ \x1bP>|ghostty 1.0.0\x1b\\ ¦ -
Ghostty, mouse before the edge ¦ \x1b[<0;-1;3M ¦ -
konsole, version ¦ \x1bP>|Konsole 22.12.3\x1b\\ ¦ -
VTE, attributes ¦ \x1b[?65;1;9c ¦ -
VTE, second attributes ¦ \x1b[>65;6800;1c ¦ -
mlterm, version ¦ \x1bP>|mlterm(3.9.3)\x1b\\ ¦ -
Emacs' term, up ¦ \x1bOA ¦ up
"""
TABLES = {
    "xterm": KEYS,
    "typed": TYPED,
    "modifyOtherKeys": OTHER_KEYS,
    "kitty": KITTY,
    "report": REPORTS,
    "mouse": MOUSE,
    "paste": PASTES,
    "terminal": TERMINALS,
}
EVERY = [sent for source, table in TABLES.items() for sent in _read(source, table)]


def acts(sent: Sent) -> bool:
    """Tell whether it is a key that does more than move about: a letter, or a control."""
    harmless = {"up", "down", "left", "right", "home", "end", "pageup", "pagedown", "escape"}
    for name in sent.events.split():
        plain = name.rpartition("+")[2]
        is_key = len(name) == 1 or not name[0].isupper()
        if is_key and not (plain in harmless or (plain[0] == "f" and plain[1:].isdigit())):
            return "alt" not in name
    return "f1" in sent.events.split()  # opens the help
