import django.db.models.deletion
import hefu.apps.accounts.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='CodeLimit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(max_length=20)),
                ('key', models.CharField(max_length=32)),
                ('window', models.DateTimeField()),
                ('count', models.PositiveIntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(fields=['window'], name='members_limit_old')],
                'constraints': [models.UniqueConstraint(fields=('scope', 'key', 'window'), name='members_limit_window')],
            },
        ),
        migrations.CreateModel(
            name='Member',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phone', hefu.apps.accounts.fields.SealedTextField(blank=True, default='', verbose_name='phone')),
                ('phone_key', models.CharField(max_length=32, null=True)),
                ('email', hefu.apps.accounts.fields.SealedTextField(blank=True, default='', verbose_name='e-mail')),
                ('email_key', models.CharField(max_length=32, null=True)),
                ('nickname', models.CharField(blank=True, max_length=40, verbose_name='nickname')),
                ('language', models.CharField(default='zh-hans', max_length=10)),
                ('is_insider', models.BooleanField(default=False, verbose_name='employee or family')),
                ('created_at', models.DateTimeField(verbose_name='member since')),
                ('closed_at', models.DateTimeField(null=True)),
                ('brand', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='accounts.brand')),
            ],
            options={
                'verbose_name': 'member',
                'verbose_name_plural': 'members',
                'indexes': [models.Index(fields=['brand', '-created_at'], name='members_member_newest')],
                'constraints': [models.UniqueConstraint(fields=('brand', 'phone_key'), name='members_member_phone'), models.UniqueConstraint(fields=('brand', 'email_key'), name='members_member_email'), models.CheckConstraint(condition=models.Q(('phone_key__isnull', False), ('email_key__isnull', False), ('closed_at__isnull', False), _connector='OR'), name='members_member_reachable')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(max_length=20)),
                ('version', models.PositiveIntegerField()),
                ('language', models.CharField(max_length=10)),
                ('given', models.BooleanField()),
                ('surface', models.CharField(max_length=20)),
                ('at', models.DateTimeField()),
                ('brand', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='members.member')),
            ],
            options={
                'verbose_name': 'consent',
                'verbose_name_plural': 'consents',
                'indexes': [models.Index(fields=['member', 'purpose', '-at'], name='members_consent_newest')],
            },
        ),
        migrations.CreateModel(
            name='OneTimeCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('changer_id', models.BigIntegerField(null=True)),
                ('address_key', models.CharField(max_length=32)),
                ('code_key', models.CharField(max_length=32)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('brand', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
            ],
            options={
                'indexes': [models.Index(fields=['brand', 'address_key', '-created_at'], name='members_code_to'), models.Index(fields=['created_at'], name='members_code_old')],
            },
        ),
        migrations.CreateModel(
            name='ConsentText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(max_length=20)),
                ('version', models.PositiveIntegerField()),
                ('language', models.CharField(max_length=10)),
                ('text', models.TextField()),
                ('created_at', models.DateTimeField()),
                ('brand', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('brand', 'purpose', 'version', 'language'), name='members_text_version')],
            },
        ),
    ]
