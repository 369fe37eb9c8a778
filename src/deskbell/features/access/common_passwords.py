"""The most common passwords. Short ones are omitted: the minimum length refuses them."""

from typing import Final

_WORDS: Final = """
    00000000 0123456789 01234567 10203040 1029384756 11111111 111111111 1111111111 11223344 1122334455 12121212
    12341234 1234512345 12345678 123456789 1234567890 12345678910 123456789a 12345679 1234qwer 123123123 123321123
    123qweasd 147258369 1q2w3e4r 1q2w3e4r5t 1qaz2wsx 1qaz2wsx3edc 22222222 55555555 66666666 77777777 789456123
    87654321 88888888 987654321 9876543210 99999999 a1234567 a12345678 a123456789 aa123456 aaaaaaaa abc12345 abcd1234
    abcdefgh abcdefg1 access14 administrator admin123 admin1234 alexander asdasdasd asdf1234 asdfasdf asdfghjk
    asdfghjkl baseball basketball battlefield benjamin blink182 butterfly caroline changeme changeme1 charlie1 chocolate
    christian cocacola computer computer1 corvette danielle deskbell dragon123 einstein elephant facebook fernando
    firebird football football1 francesco freedom1 garfield george123 godzilla google123 hardcore helpdesk hello123
    hello1234 helloworld iloveyou iloveyou1 iloveyou2 infinity internet jennifer jessica1 jonathan jordan23 joshua123
    justin123 kristina letmein1 letmein123 liverpool liverpool1 login123 lovelove manchester marlboro master123
    mercedes metallica michael1 michelle midnight minecraft monkey123 mustang1 myspace1 nicholas newpassword nothing1
    p@ssw0rd p@ssword pa55word pass1234 passw0rd passw0rd1 passwort password password! password1 password1! password12
    password123 password1234 password123! password2 patricia patrick1 pokemon1 princess princess1 q1w2e3r4 q1w2e3r4t5
    qazwsxedc qwer1234 qwerasdf qwert123 qwerty12 qwerty123 qwerty1234 qwerty12345 qwertyui qwertyuiop qwertzuiop
    rainbow1 rockyou1 samantha samsung1 scorpion secret123 september snoopdog snowball spiderman spongebob starwars
    starwars1 steelers strawberry sunshine sunshine1 superman superman1 superstar support1 support123 swordfish
    test1234 testtest trustno1 unknown1 veronica victoria warcraft welcome1 welcome123 whatever william1 winston1
    yankees1 zaq12wsx zaq1zaq1 zxcvbnm1 zxcvbnm123
    """

COMMON_PASSWORDS: Final = frozenset(_WORDS.split())
"""In lower case."""
